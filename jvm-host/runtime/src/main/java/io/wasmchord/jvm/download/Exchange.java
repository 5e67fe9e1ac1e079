package io.wasmchord.jvm.download;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question and its answer. The client's threads put what arrives into a queue; the caller waits
 * at it in short slices, so that a cancellation and a stall are noticed, also before the headers
 * have come.
 */
final class Exchange implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  private static final long SLICE_MILLIS = 100;

  private sealed interface Signal {}

  private record Head(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response) implements Signal {}

  private record Data(List<ByteBuffer> buffers) implements Signal {}

  private record End() implements Signal {}

  private record Failed(Throwable cause) implements Signal {}

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> pending;
  private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
  private final Duration stall;
  private final RunControl control;
  private Flow.@Nullable Subscription subscription; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Asks, and waits for the headers.
   *
   * @param stall how long nothing may arrive
   * @throws IOException when the server cannot be reached, hangs up or says nothing
   * @throws CancelledException when {@code control} says so
   */
  Exchange(HttpClient client, HttpRequest request, Duration stall, RunControl control)
      throws IOException {
    this.stall = stall;
    this.control = control;
    pending = client.sendAsync(request, BodyHandlers.ofPublisher());
    CompletableFuture<?> _ =
        pending.whenComplete((r, e) -> signals.add(e == null ? new Head(r) : new Failed(e)));
    try {
      response = head();
    } catch (IOException | RuntimeException e) {
      pending.cancel(true);
      throw e;
    }
    response.body().subscribe(this);
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> head() throws IOException {
    return switch (next()) {
      case Head head -> head.response();
      case Failed failed -> throw unwrap(failed.cause());
      case Data _, End _ -> throw new IllegalStateException("a body came before its headers");
    };
  }

  int status() {
    return response.statusCode();
  }

  /** The header's value, or empty. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("").strip();
  }

  /**
   * Waits for more of the body.
   *
   * @return what came; null at the end
   * @throws IOException when the connection breaks, or stands still for too long
   */
  @Nullable List<ByteBuffer> read() throws IOException {
    return switch (next()) {
      case Data data -> {
        request();
        yield data.buffers();
      }
      case End _ -> null;
      case Failed failed -> throw unwrap(failed.cause());
      case Head _ -> throw new IllegalStateException("two answers to one question");
    };
  }

  private Signal next() throws IOException {
    long start = System.nanoTime();
    while (true) {
      control.check();
      try {
        long slice = Math.max(1, Math.min(SLICE_MILLIS, stall.toMillis()));
        Signal signal = signals.poll(slice, TimeUnit.MILLISECONDS);
        if (signal != null) {
          return signal;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException("interrupted while waiting for the server");
      }
      if (System.nanoTime() - start > stall.toNanos()) {
        throw new HttpTimeoutException("nothing arrived for " + stall.toMillis() / 1e3 + " s");
      }
    }
  }

  private static IOException unwrap(Throwable cause) {
    Throwable inner =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    return inner instanceof IOException io ? io : new IOException(inner);
  }

  private synchronized void request() {
    if (subscription != null) {
      subscription.request(1);
    }
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    signals.add(new Data(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Failed(cause));
  }

  @Override
  public void onComplete() {
    signals.add(new End());
  }

  /** Gives up what has not been read. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
