package io.wasmchord.server.http;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** A client's call, in the thread that answers it. */
public final class Call {
  /** What has ended an answer before its time. */
  private enum Cut {
    GONE,
    LATE,
    STOPPED
  }

  private final Request request;
  private final Response response;
  private final CallLimits limits;
  private final Connected connected;
  private final long start = System.nanoTime();
  private @Nullable Cut cut;
  private @Nullable Framing framing; // once parts are sent
  private int status;
  private JsonObject sent = JsonObject.empty(); // the body, once it was read

  public Call(Request request, Response response, CallLimits limits) {
    this.request = request;
    this.response = response;
    this.limits = limits;
    this.connected = new Connected(request.getConnectionMetaData().getConnection().getEndPoint());
  }

  /** HTTP's. */
  public String method() {
    return request.getMethod();
  }

  /** Decoded, without the query. */
  public String path() {
    return Request.getPathInContext(request);
  }

  /** A header's value, or null. */
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  /** When the call came, of {@link System#nanoTime}. */
  public long start() {
    return start;
  }

  /** What was sent; 0 as long as nothing was. */
  public int status() {
    return status;
  }

  /**
   * What the client has sent.
   *
   * @throws ApiError when it is too large, or no JSON object
   */
  public JsonObject body() throws IOException {
    long most = limits.bodyBytes();
    if (request.getLength() > most) {
      throw tooLarge();
    }
    byte[] bytes;
    try (InputStream in = Content.Source.asInputStream(request)) {
      bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, most + 1));
    }
    if (bytes.length > most) {
      throw tooLarge();
    }
    try {
      if (JsonReader.parse(new String(bytes, StandardCharsets.UTF_8))
          instanceof JsonObject object) {
        sent = object;
        return object;
      }
    } catch (InvalidRequestException e) {
      throw ApiError.invalid("invalid_json", null, "the body is not JSON: " + e.getMessage());
    }
    throw ApiError.invalid("invalid_json", null, "the body is not a JSON object");
  }

  /** The option of the request that a message begins with, or null. */
  public @Nullable String mentioned(String message) {
    String word = message.split("[^A-Za-z0-9_]", 2)[0];
    return sent.get(word) == null ? null : word;
  }

  private ApiError tooLarge() {
    response.getHeaders().put(HttpHeader.CONNECTION, "close"); // the rest is not read
    return ApiError.refused(
        413,
        "body_too_large",
        "the body has more than the " + limits.bodyBytes() + " bytes that this server takes");
  }

  /** Stops what computes the answer once nobody waits for it, or it takes too long. */
  public RunControl control() {
    return new RunControl() {
      @Override
      public boolean cancelled() {
        return look() != null;
      }
    };
  }

  private @Nullable Cut look() {
    if (cut == null) {
      if (connected.gone()) {
        cut = Cut.GONE;
      } else if (limits.stopped().getAsBoolean()) {
        cut = Cut.STOPPED;
      } else if (System.nanoTime() - start > limits.time().toNanos()) {
        cut = Cut.LATE;
      }
    }
    return cut;
  }

  /** What the client is told where {@link #control} has stopped the work, if it is still there. */
  public RuntimeException cut(CancelledException stopped) {
    return switch (cut) {
      case GONE -> new ClientGoneException();
      case LATE ->
          ApiError.late(
              "the answer took longer than the "
                  + limits.time().toSeconds()
                  + " seconds that this server gives it; ask for fewer tokens");
      case STOPPED -> stopping();
      case null -> stopped;
    };
  }

  /** The refusal of a server that ends. */
  public static ApiError stopping() {
    return ApiError.unavailable("stopping", "the server is stopping; ask another one, or later");
  }

  /** Sends a header with the answer. */
  public void put(String header, String value) {
    response.getHeaders().put(header, value);
  }

  /** Sends the whole answer. */
  public void send(JsonValue json) {
    send(200, "application/json", JsonWriter.json(json));
  }

  /** Sends a whole answer of text. */
  public void send(int code, String contentType, String text) {
    status = code;
    response.setStatus(code);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    if (connected.used()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    write(true, text);
  }

  /** Sends a part of the answer; the first one begins it. */
  public void send(Framing frames, JsonObject part) {
    if (framing == null) {
      framing = frames;
      status = 200;
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, frames.contentType());
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
      response.getHeaders().put("X-Accel-Buffering", "no"); // or nginx would hold parts back
    }
    write(false, frames.part(part));
  }

  /** Ends an answer that was sent in parts. */
  public void end() {
    write(true, framing == null ? "" : framing.end());
  }

  /** Tells of an error, however far the answer is. */
  public void fail(ApiError error) {
    boolean lines = path().startsWith("/api/"); // Ollama's clients want a text
    JsonObject json = lines ? JsonObject.of("error", JsonValue.of(error.text())) : error.json();
    if (framing != null) {
      write(true, framing.part(json));
      return;
    }
    if (error.retryAfter() > 0) {
      put("Retry-After", Integer.toString(error.retryAfter()));
    }
    send(error.status(), "application/json", JsonWriter.json(json));
  }

  private void write(boolean last, String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      Content.Sink.write(response, last, bytes);
    } catch (IOException e) {
      cut = Cut.GONE;
      throw new ClientGoneException();
    }
  }

  /** Closes the connection after the answer, if it cannot be used again. */
  public void leave() {
    if (connected.used()) {
      connected.close();
    }
  }
}
