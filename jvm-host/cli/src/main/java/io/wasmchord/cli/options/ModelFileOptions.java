package io.wasmchord.cli.options;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model. */
public final class ModelFileOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = {"The GGUF file; without it the embedded demo model.", FetchOptions.ADDRESSES})
  private List<String> models = new ArrayList<>();

  @Mixin private FetchOptions fetch = new FetchOptions();

  /** The model's files; what is elsewhere is downloaded, with progress on {@code err}. */
  public List<Path> paths(PrintWriter err) {
    List<String> all = addresses();
    if (all.size() > 1) {
      throw new InvalidRequestException("-m is given " + all.size() + " times; name one model");
    }
    return fetch.fetch(all.getFirst(), err);
  }

  boolean named() {
    return !models.isEmpty();
  }

  /** All that are named, or that of the demo model. */
  List<String> addresses() {
    if (!models.isEmpty()) {
      return List.copyOf(models);
    }
    Path demo = Bundled.demoModel();
    if (demo == null) {
      throw new FileException("no model is named; name one with -m FILE");
    }
    return List.of(demo.toString());
  }

  /** The files of one model; a digest that is given is that of the only one that is named. */
  List<Path> paths(String address, PrintWriter err) {
    return models.equals(List.of(address))
        ? fetch.fetch(address, err)
        : fetch.fetchOther(address, err);
  }
}
