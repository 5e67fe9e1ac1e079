package io.wasmchord.e2e;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.wasmchord.e2e.FaultServer.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One answer of a {@link FaultServer}, with what goes wrong. */
record FaultAnswer(byte[] content, @Nullable Fault fault, long seed) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int PIECE = 1 << 15;
  private static final long TRICKLE_NANOS = 200_000;
  private static final int TRICKLED = 64; // pieces of a slow answer that are slow

  void send(HttpExchange exchange, CountDownLatch closing, LongConsumer sent) throws IOException {
    if (fault == Fault.REFUSE) {
      return; // closing the exchange closes the connection
    }
    if (fault == Fault.ERROR_500 || fault == Fault.BUSY || fault == Fault.RANGE_REFUSED) {
      exchange.getResponseHeaders().set("Retry-After", "0");
      int status = fault == Fault.ERROR_500 ? 500 : fault == Fault.BUSY ? 429 : 416;
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    if (fault == Fault.GZIP) {
      gzip(exchange);
      return;
    }
    Matcher range = RANGE.matcher(header(exchange, "Range"));
    String condition = header(exchange, "If-Range");
    boolean partial =
        range.matches()
            && fault != Fault.RANGE_IGNORED
            && (condition.isEmpty()
                || condition.equals(exchange.getResponseHeaders().getFirst("ETag")));
    if (partial) {
      part(exchange, closing, sent, range);
    } else {
      bytes(exchange, closing, sent, 0, content.length, false);
    }
  }

  private void part(HttpExchange exchange, CountDownLatch closing, LongConsumer sent, Matcher range)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    int from = Integer.parseInt(range.group(1));
    int last = content.length - 1;
    int to = range.group(2).isEmpty() ? last : (int) Math.min(last, Long.parseLong(range.group(2)));
    if (from > to) {
      headers.set("Content-Range", "bytes */" + content.length);
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    int shown = fault == Fault.WRONG_RANGE ? from + 1 : from;
    headers.set("Content-Range", "bytes " + shown + "-" + to + "/" + content.length);
    bytes(exchange, closing, sent, from, to - from + 1, true);
  }

  private void bytes(
      HttpExchange exchange,
      CountDownLatch closing,
      LongConsumer sent,
      int from,
      int length,
      boolean partial)
      throws IOException {
    int kept = 1 + new Random(seed).nextInt(length);
    int promised = partial && fault == Fault.SHORT ? kept : length;
    exchange.sendResponseHeaders(partial ? 206 : 200, promised);
    boolean breaks = fault == Fault.DROP || fault == Fault.STALL;
    body(exchange.getResponseBody(), from, breaks ? kept : promised, sent);
    if (fault == Fault.STALL) {
      hold(closing);
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private void body(OutputStream out, int from, int length, LongConsumer sent) throws IOException {
    byte[] piece = new byte[PIECE];
    int flipped = fault == Fault.CORRUPT ? new Random(seed + 1).nextInt(length) : -1;
    for (int done = 0; done < length; ) {
      int n = Math.min(PIECE, length - done);
      System.arraycopy(content, from + done, piece, 0, n);
      if (flipped >= done && flipped < done + n) {
        piece[flipped - done] ^= 4;
      }
      sent.accept(n); // before whoever gets it can look
      out.write(piece, 0, n);
      done += n;
      if (fault == Fault.TRICKLE && done / PIECE < TRICKLED) {
        out.flush();
        LockSupport.parkNanos(TRICKLE_NANOS);
      }
    }
    out.flush();
  }

  private void gzip(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, bytes.size());
    bytes.writeTo(exchange.getResponseBody());
  }

  /** Keeps the connection open until the other side has certainly given up. */
  private static void hold(CountDownLatch closing) {
    try {
      closing.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
