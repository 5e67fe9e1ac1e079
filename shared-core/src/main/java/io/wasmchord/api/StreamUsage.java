package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;

/** Where a streamed answer tells how many tokens it took. */
public enum StreamUsage {
  /** On the last chunk, which also says why the answer ends. */
  LAST_CHUNK,
  /** On one more chunk without choices, as OpenAI has it; on the others it is null. */
  OWN_CHUNK,
  /** Nowhere. */
  NONE;

  private static final String KEY = "usage";

  /** A chunk that is not the last. */
  JsonObject within(JsonObject chunk) {
    return this == OWN_CHUNK ? chunk.with(KEY, JsonValue.ofNull()) : chunk;
  }

  /** The last chunk of an answer, as it is where it has all totals. */
  JsonObject last(JsonObject chunk) {
    return switch (this) {
      case LAST_CHUNK -> chunk;
      case OWN_CHUNK -> within(chunk.without("timings").without(KEY));
      case NONE -> chunk.without(KEY);
    };
  }
}
