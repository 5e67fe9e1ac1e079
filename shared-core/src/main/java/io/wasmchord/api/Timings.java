package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;
import java.util.List;

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

  /** Of several answers: the longest prompt's time, and the speed of all together. */
  static Timings of(List<GenerationResult> results, double loadMs) {
    Timings first = of(results.getFirst(), loadMs);
    long prefill = results.stream().mapToLong(GenerationResult::prefillNanos).max().orElse(0);
    long decode = results.stream().mapToLong(GenerationResult::decodeNanos).max().orElse(0);
    int tokens = results.stream().mapToInt(r -> Math.max(0, r.tokens().length - 1)).sum();
    return new Timings(
        loadMs,
        prefill / NANOS,
        first.firstTokenMs,
        decode / NANOS,
        decode <= 0 ? 0 : tokens * NANOS * 1e3 / decode);
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
