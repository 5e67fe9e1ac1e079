package io.wasmchord.server.http;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** A refusal or a failure, as a client is told of it. */
public final class ApiError extends RuntimeException {
  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";

  private final int status;
  private final String type;
  private final String code;
  private final @Nullable String param;
  private final int retryAfter;

  private ApiError(
      int status, String type, String code, @Nullable String param, int retryAfter, String text) {
    super(text);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }

  /** A request that cannot be met as it is. */
  public static ApiError invalid(String code, @Nullable String param, String text) {
    return new ApiError(400, INVALID, code, param, 0, text);
  }

  /** The same with another status of HTTP's. */
  public static ApiError refused(int status, String code, String text) {
    return new ApiError(status, INVALID, code, null, 0, text);
  }

  /** There is no such model. */
  public static ApiError noModel(String text) {
    return new ApiError(404, INVALID, "model_not_found", "model", 0, text);
  }

  /**
   * There are too many requests at once.
   *
   * @param waiting so many wait already
   */
  public static ApiError busy(int waiting) {
    String text =
        "all slots are taken, and " + waiting + " requests wait already; try again in a moment";
    return new ApiError(429, "rate_limit_error", "queue_full", null, 1, text);
  }

  /** The server cannot answer for now. */
  public static ApiError unavailable(String code, String text) {
    return new ApiError(503, SERVER, code, null, 1, text);
  }

  /** Answering took too long. */
  public static ApiError late(String text) {
    return new ApiError(504, "timeout", "timeout", null, 0, text);
  }

  /** The server fails. */
  public static ApiError failed(String code, String text) {
    return new ApiError(500, SERVER, code, null, 0, text);
  }

  /** HTTP's. */
  public int status() {
    return status;
  }

  /** A stable name of what is wrong. */
  public String code() {
    return code;
  }

  /** Seconds after which another try makes sense, or 0. */
  public int retryAfter() {
    return retryAfter;
  }

  /** The text. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** OpenAI's shape. */
  public JsonObject json() {
    JsonObject error =
        JsonObject.builder()
            .put("message", text())
            .put("type", type)
            .put("param", param == null ? JsonValue.ofNull() : JsonValue.of(param))
            .put("code", code)
            .build();
    return JsonObject.of("error", error);
  }
}
