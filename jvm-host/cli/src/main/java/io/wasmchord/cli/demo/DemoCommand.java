package io.wasmchord.cli.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
  private Path root = Path.of(System.getProperty("chord.site", "web-demo/target/site"));

  @Option(
      names = "--plain",
      description = "Send no isolation headers, as a host that cannot; isolation.js helps there.")
  private boolean plain;

  @Override
  public Integer call() throws InterruptedException {
    try (DemoServer server =
        plain ? DemoServer.startPlain(root, port) : DemoServer.start(root, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("wasm-chord is at http://127.0.0.1:" + server.port() + "/ (Ctrl-C stops it)");
      out.flush();
      server.join();
      return 0;
    }
  }
}
