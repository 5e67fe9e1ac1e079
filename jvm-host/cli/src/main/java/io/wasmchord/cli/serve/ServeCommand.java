package io.wasmchord.cli.serve;

import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.cli.options.BudgetOptions;
import io.wasmchord.cli.options.Bundled;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.server.ChordServer;
import io.wasmchord.server.ServerLimits;
import io.wasmchord.server.ServerOptions;
import io.wasmchord.server.models.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves models over HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves models over HTTP, in the shapes of OpenAI's and Ollama's services, until Ctrl-C.",
      "-m may be given several times; requests choose a model by its name."
    })
public final class ServeCommand implements Callable<Integer> {
  private static final String KEY = "CHORD_API_KEY";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME=FILE",
      description = {
        "A model that requests call NAME; others are called as their files.",
        "May be given several times."
      })
  private List<String> named = new ArrayList<>();

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "The port; 0 for any (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerOptions.LOOPBACK,
      description = {
        "The address to listen at (default: ${DEFAULT-VALUE}, this machine alone).",
        "Another one needs an API key, or --open."
      })
  private String host = ServerOptions.LOOPBACK;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      split = ",",
      description = {
        "Requests must name one of these keys; by default those of CHORD_API_KEY.",
        "What is given here is seen by other users of this machine: better use CHORD_API_KEY."
      })
  private List<String> keys = new ArrayList<>();

  @Option(names = "--open", description = "Listen beyond this machine without an API key.")
  private boolean open;

  @Option(
      names = "--cors",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "Pages of this origin may call the server, as in https://example.org; * for all.")
  private List<String> origins = new ArrayList<>();

  @Option(
      names = "--allowed-host",
      paramLabel = "NAME",
      split = ",",
      description = "A name beside localhost that the server answers to without an API key.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = {"--context", "--ctx"},
      paramLabel = "N",
      description = "Longest sequence in tokens (default: the model's, at most 4096).")
  private int context;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "4",
      description = {
        "Answers of a model at a time (default: ${DEFAULT-VALUE}).",
        "Each has a session of its own, with the memory of a whole context."
      })
  private int parallel;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "64",
      description = "Requests that wait before others get status 429 (default: ${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "No answer has more tokens, whatever is asked for (default: the context).")
  private int maxTokens = Integer.MAX_VALUE;

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      defaultValue = "8m",
      converter = BudgetOptions.Size.class,
      description = "The largest request (default: ${DEFAULT-VALUE}).")
  private long maxBody;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "The longest time from a request to its answer's end (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--models-memory",
      paramLabel = "SIZE",
      converter = BudgetOptions.Size.class,
      description = {
        "Memory of all loaded models together: idle ones are let go for others.",
        "By default all that are asked for stay."
      })
  private long modelsMemory = Long.MAX_VALUE;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long answers may go on after Ctrl-C (default: ${DEFAULT-VALUE}).")
  private int grace;

  @Option(
      names = "--page",
      paramLabel = "DIR",
      description = "The folder of the page at / (default: the chat page, where it is built).")
  private @Nullable Path page;

  @Option(names = "--no-page", description = "Serve no page: / is not found.")
  private boolean noPage;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    ServerOptions options = options(err);
    List<ModelSource> models =
        ServedModels.of(model, named, err, b -> context == 0 ? b : b.context(context));
    Handler shown = page();
    try (ChordServer server = ChordServer.start(models, options, shown)) {
      Thread stop = new Thread(server::close, "chord-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      server.warm();
      PrintWriter out = spec.commandLine().getOut();
      String address = "http://" + (host.contains(":") ? "[" + host + "]" : host);
      out.println(
          "wasm-chord serves "
              + models.stream().map(ModelSource::name).collect(Collectors.joining(", "))
              + " at %s:%d/v1%s (Ctrl-C stops it)"
                  .formatted(address, server.port(), shown == null ? "" : ", and a page at /"));
      out.flush();
      server.join();
      return 0;
    }
  }

  private @Nullable Handler page() {
    if (noPage) {
      return null;
    }
    Path shown = page == null ? Bundled.site() : page;
    return shown == null || (page == null && !DemoServer.hasPage(shown))
        ? null
        : DemoServer.page(shown);
  }

  private ServerOptions options(PrintWriter err) {
    ServerLimits limits =
        new ServerLimits(
            parallel,
            queue,
            maxBody,
            maxTokens,
            Duration.ofSeconds(timeout),
            modelsMemory,
            Duration.ofSeconds(grace));
    return new ServerOptions(
        host,
        port,
        keys(),
        open,
        new HashSet<>(origins),
        new HashSet<>(hosts),
        limits,
        text -> {
          err.println("chord: " + text);
          err.flush();
        });
  }

  private Set<String> keys() {
    String environment = System.getenv(KEY);
    return keys.isEmpty() && environment != null && !environment.isBlank()
        ? Set.of(environment.strip().split("\\s*,\\s*"))
        : new HashSet<>(keys);
  }
}
