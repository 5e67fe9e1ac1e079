package io.wasmchord.cli.options;

import io.wasmchord.jvm.FileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model. */
public final class ModelFileOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = {"The GGUF file; without it the embedded demo model.", FetchOptions.ADDRESSES})
  private @Nullable String model;

  @Mixin private FetchOptions fetch = new FetchOptions();

  /** The model's files; what is elsewhere is downloaded, with progress on {@code err}. */
  public List<Path> paths(PrintWriter err) {
    String demo = System.getProperty("chord.demoModel");
    String address = model == null ? demo : model;
    if (address == null) {
      throw new FileException("no model is named; name one with -m FILE");
    }
    return fetch.fetch(address, err);
  }

  /** The files of another model, in the same way; a digest that is given is not its. */
  List<Path> paths(String address, PrintWriter err) {
    return fetch.fetchOther(address, err);
  }
}
