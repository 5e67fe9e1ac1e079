package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;

/** How long an answer took, in milliseconds. */
public record Timings(
    double loadMs, double prefillMs, double firstTokenMs, double decodeMs, double tokensPerSecond) {
  private static final double NANOS = 1e6;

  static Timings of(GenerationResult result, double loadMs) {
    return new Timings(
        loadMs,
        result.prefillNanos() / NANOS,
        result.firstTokenNanos() / NANOS,
        result.decodeNanos() / NANOS,
        result.decodePerSecond());
  }

  /** An object beside OpenAI's fields. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("load_ms", loadMs)
        .put("prefill_ms", prefillMs)
        .put("first_token_ms", firstTokenMs)
        .put("decode_ms", decodeMs)
        .put("tokens_per_second", tokensPerSecond)
        .build();
  }
}
