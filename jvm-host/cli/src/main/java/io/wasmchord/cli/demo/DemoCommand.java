package io.wasmchord.cli.demo;

import io.wasmchord.cli.options.Bundled;
import io.wasmchord.jvm.FileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves the chat page. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Serves the chat page on 127.0.0.1 until Ctrl-C.")
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "The port; 0 for any (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--root", paramLabel = "DIR", description = "Another folder to serve.")
  private @Nullable Path root;

  @Option(
      names = "--plain",
      description = "Send no isolation headers, as a host that cannot; isolation.js helps there.")
  private boolean plain;

  @Override
  public Integer call() throws InterruptedException {
    Path shown = root == null ? Bundled.site() : root;
    if (shown == null) {
      throw new FileException("no page is here; name the folder of one with --root DIR");
    }
    try (DemoServer server =
        plain ? DemoServer.startPlain(shown, port) : DemoServer.start(shown, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("wasm-chord is at http://127.0.0.1:" + server.port() + "/ (Ctrl-C stops it)");
      out.flush();
      server.join();
      return 0;
    }
  }
}
