package io.wasmchord.server;

import static io.wasmchord.server.metrics.Metrics.label;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.download.DownloadException;
import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.http.CallLimits;
import io.wasmchord.server.http.ClientGoneException;
import io.wasmchord.server.http.PrefixHeader;
import io.wasmchord.server.metrics.Metrics;
import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers calls, each in the thread that brings it. */
final class Api extends Handler.Abstract {
  private static final Set<String> WITHOUT_KEY = Set.of("/health", "/");

  /** Errors that a client cannot mend, and whose texts may name files of this machine. */
  private static final Set<String> OURS =
      Set.of(
          "malformed_gguf",
          "invalid_model",
          "unsupported_model",
          "weights_unavailable",
          "unsupported_cache",
          "draft_mismatch");

  private final Routes routes;
  private final Gate gate;
  private final CallLimits limits;
  private final Metrics metrics;
  private final Active active;
  private final ServerOptions options;

  Api(Routes routes, Metrics metrics, Active active, ServerOptions options) {
    this.routes = routes;
    this.gate = new Gate(options);
    this.metrics = metrics;
    this.active = active;
    this.options = options;
    ServerLimits all = options.limits();
    this.limits = new CallLimits(all.bodyBytes(), all.time(), active::cut);
  }

  /** Whether a path is none of these endpoints'. */
  boolean leaves(Request request) {
    return !routes.has(Request.getPathInContext(request));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    request.addIdleTimeoutListener(Api::ignored);
    Call call = new Call(request, response, limits);
    String path = "other";
    try {
      path = answer(call);
      callback.succeeded();
      call.leave();
    } catch (ClientGoneException | IOException e) {
      callback.failed(e);
      path = "gone";
    } catch (RuntimeException | Error e) {
      options.log().accept("a call of " + call.path() + " failed: " + e);
      callback.failed(e);
    } finally {
      active.leave(call); // not before its last word is sent, or a server that stops cuts it off
      String labels = label("path", path) + "," + label("status", String.valueOf(call.status()));
      metrics.count("chord_requests_total", labels, 1);
      metrics.time("chord_request_seconds", System.nanoTime() - call.start());
    }
    return true;
  }

  /** Computing takes long without a byte on the line. */
  private static boolean ignored(TimeoutException timeout) {
    return false;
  }

  private String answer(Call call) throws IOException {
    String path = "other";
    try {
      boolean open = WITHOUT_KEY.contains(call.path()) || call.method().equals("OPTIONS");
      gate.check(call, open);
      if (call.method().equals("OPTIONS")) {
        gate.preflight(call);
        return path;
      }
      PrefixHeader.sendBack(call);
      Routes.Route route = routes.find(call.method(), call.path());
      path = route.path();
      if (WITHOUT_KEY.contains(path)) {
        route.endpoint().answer(call);
        return path;
      }
      if (!active.enter(call)) {
        call.put("Connection", "close");
        throw Call.stopping();
      }
      route.endpoint().answer(call);
    } catch (ApiError e) {
      call.fail(e);
    } catch (EOFException e) {
      throw e;
    } catch (RuntimeException e) {
      call.fail(error(call, e));
    }
    return path;
  }

  /** What a client is told of an error. */
  private ApiError error(Call call, RuntimeException e) {
    return switch (e) {
      case ClientGoneException gone -> throw gone;
      case OutOfMemoryException memory -> ApiError.unavailable(memory.code(), text(memory));
      case ClosedException closed -> Call.stopping();
      case CancelledException cancelled -> ApiError.unavailable(cancelled.code(), text(cancelled));
      case FileException file -> ours(file.code(), e);
      case DownloadException download -> ours(download.code(), e);
      case GenerationException generation -> ours(generation.code(), e);
      case ChordException chord when OURS.contains(chord.code()) -> ours(chord.code(), e);
      case ChordException chord ->
          ApiError.invalid(chord.code(), call.mentioned(text(chord)), text(chord));
      default -> ours("internal_error", e);
    };
  }

  private ApiError ours(String code, RuntimeException e) {
    options.log().accept(e instanceof ChordException ? text(e) : e.toString());
    return ApiError.failed(code, "the server cannot do this; its log says why");
  }

  private static String text(@Nullable Throwable e) {
    return e == null ? "" : String.valueOf(e.getMessage());
  }
}
