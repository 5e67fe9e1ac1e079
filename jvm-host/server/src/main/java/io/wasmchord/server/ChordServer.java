package io.wasmchord.server;

import static io.wasmchord.server.metrics.Metrics.label;

import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.slots.WaitingLine;
import io.wasmchord.server.answers.Answering;
import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.metrics.Metrics;
import io.wasmchord.server.models.ModelShelf;
import io.wasmchord.server.models.ModelSource;
import io.wasmchord.server.models.ServedModel;
import io.wasmchord.server.ollama.Ollama;
import io.wasmchord.server.openai.OpenAi;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Serves models over HTTP. Requests that come together are computed together; what a slot holds of
 * a conversation is not computed again.
 *
 * <pre>{@code
 * ModelSource model = new ModelSource("tiny", () -> LoadedModel.builder(address).load());
 * try (ChordServer server = ChordServer.start(List.of(model), ServerOptions.local(8080))) {
 *   server.join();
 * }
 * }</pre>
 */
public final class ChordServer implements AutoCloseable {
  private static final int OTHER_THREADS = 32; // of the connections, and calls that are refused
  private static final Duration CUT_OFF = Duration.ofSeconds(5); // until answers have noticed

  private final Server server;
  private final ServerConnector connector;
  private final ModelShelf shelf;
  private final WaitingLine line;
  private final Metrics metrics;
  private final Active active;
  private final Duration grace;

  private ChordServer(
      List<ModelSource> sources, ServerOptions options, @Nullable Handler otherwise) {
    ServerLimits limits = options.limits();
    this.grace = limits.grace();
    this.line = new WaitingLine(limits.queue(), () -> ApiError.busy(limits.queue()));
    this.shelf = new ModelShelf(sources, limits.parallel(), limits.modelBytes(), line);
    this.metrics = new Metrics();
    this.active = new Active();
    int computing = limits.parallel() * sources.size() + limits.queue();
    this.server = new Server(new QueuedThreadPool(computing + OTHER_THREADS));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    this.connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(options.host());
    connector.setPort(options.port());
    server.addConnector(connector);
    Api api = new Api(routes(limits), metrics, active, options);
    server.setHandler(otherwise == null ? api : new Divided(api, otherwise));
  }

  /**
   * Starts a server.
   *
   * @param sources its models; the first answers requests that name none
   * @throws FileException when the port is taken
   * @throws io.wasmchord.errors.InvalidRequestException when there is no model, or two have one
   *     name
   */
  public static ChordServer start(List<ModelSource> sources, ServerOptions options) {
    return start(sources, options, null);
  }

  /**
   * The same, with something that answers what is no endpoint's, such as the files of a page.
   *
   * @param otherwise or null
   */
  public static ChordServer start(
      List<ModelSource> sources, ServerOptions options, @Nullable Handler otherwise) {
    ChordServer server = new ChordServer(sources, options, otherwise);
    try {
      server.server.start();
    } catch (Exception e) {
      server.shelf.close();
      throw new FileException(
          e instanceof IOException
              ? "port " + options.port() + " is in use; choose another, or 0 for any"
              : "the server cannot start: " + e.getMessage());
    }
    return server;
  }

  /** Sends a call to the endpoints, or to what is there beside them. */
  private static final class Divided extends Handler.Sequence {
    private final Api api;

    Divided(Api api, Handler otherwise) {
      super(api, otherwise);
      this.api = api;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Handler one = api.leaves(request) ? getHandlers().getLast() : api;
      return one.handle(request, response, callback) || api.handle(request, response, callback);
    }
  }

  private Routes routes(ServerLimits limits) {
    Answering answering = new Answering(shelf, metrics, limits.maxTokens(), limits.parallel());
    OpenAi openAi = new OpenAi(shelf, answering);
    Ollama ollama = new Ollama(shelf, answering);
    return new Routes()
        .get("/health", this::health)
        .get("/metrics", call -> call.send(200, "text/plain; version=0.0.4", metrics()))
        .get("/v1/models", openAi::models)
        .getBelow("/v1/models/", id -> call -> openAi.model(call, id))
        .post("/v1/chat/completions", openAi::chat)
        .post("/v1/completions", openAi::complete)
        .post("/v1/responses", openAi::respond)
        .post("/v1/embeddings", openAi::embed)
        .post("/v1/rerank", openAi::rerank)
        .post("/rerank", openAi::rerank)
        .post("/tokenize", openAi::tokenize)
        .post("/detokenize", openAi::detokenize)
        .get("/api/version", ollama::version)
        .get("/api/tags", ollama::tags)
        .get("/api/ps", ollama::loaded)
        .post("/api/show", ollama::show)
        .post("/api/chat", ollama::chat)
        .post("/api/generate", ollama::generate)
        .post("/api/embed", ollama::embed)
        .post("/api/embeddings", ollama::embedOne);
  }

  private void health(Call call) {
    boolean stops = active.closed();
    JsonObject status = JsonObject.of("status", JsonValue.of(stops ? "stopping" : "ok"));
    if (stops) {
      call.send(503, "application/json", status.toString());
    } else {
      call.send(status);
    }
  }

  private String metrics() {
    Map<String, Double> gauges = new TreeMap<>();
    gauges.put("chord_requests_active", (double) active.count());
    gauges.put("chord_requests_waiting", (double) line.length());
    for (ServedModel model : shelf.loaded()) {
      String of = "{" + label("model", model.name()) + "}";
      gauges.put("chord_slots" + of, (double) model.slots().count());
      gauges.put("chord_slots_busy" + of, (double) model.slots().busy());
      gauges.put("chord_model_bytes" + of, (double) model.model().allocatedBytes());
    }
    return metrics.text(gauges);
  }

  /**
   * Loads the first model, before it is asked for.
   *
   * @throws RuntimeException when it cannot be loaded
   */
  public void warm() {
    shelf.lease(null, RunControl.NONE).close();
  }

  /** The port in use. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until the server is stopped. */
  public void join() throws InterruptedException {
    server.join();
  }

  /**
   * Stops: new requests are refused, those that are being answered go on for as long as the limits
   * say, and then are cut off. Closing again does nothing.
   */
  @Override
  public void close() {
    active.close();
    if (!active.await(grace)) {
      active.cutOff();
      active.await(CUT_OFF);
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      shelf.close();
    }
  }
}
