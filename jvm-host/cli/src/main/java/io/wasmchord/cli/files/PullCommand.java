package io.wasmchord.cli.files;

import io.wasmchord.cli.options.FetchOptions;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.download.ModelAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a model, so that a later command finds it here. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {
      "Downloads a model into the cache, and prints its file.",
      "A download that was stopped goes on where it was. What is here already is not asked for."
    })
public final class PullCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FetchOptions fetch = new FetchOptions();

  @Parameters(
      paramLabel = "ADDRESS",
      description = "http(s)://..., or hf:owner/repository/file.gguf[@revision].")
  private String address = "";

  @Override
  public Integer call() {
    if (ModelAddress.parse(address, System.getenv()) instanceof ModelAddress.Local) {
      throw new InvalidRequestException(
          address
              + " is a path; name what is to be downloaded: https://... or"
              + " hf:owner/repository/file.gguf");
    }
    List<Path> files = fetch.fetch(address, spec.commandLine().getErr());
    FileSummary summary = FileSummary.of(files); // says what is wrong with it, now
    PrintWriter out = spec.commandLine().getOut();
    files.forEach(out::println);
    out.flush();
    spec.commandLine().getErr().println("chord: " + summary.line());
    return 0;
  }
}
