package io.wasmchord.web;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.Generation;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Logits in linear memory that wait for the page's own processor, between two steps: of one answer.
 */
final class AwaitedLogits {
  private final LinearAllocator allocator;
  private @Nullable LinearMemory memory;
  private int told; // tokens that the page knows
  private boolean offered;

  AwaitedLogits(LinearAllocator allocator) {
    this.allocator = allocator;
  }

  /** Where they are, and the tokens since the last ones; null where none wait that are new. */
  @Nullable JsonObject offer(Generation generation) {
    float[] logits = generation.waiting();
    if (logits == null || offered) {
      return null;
    }
    offered = true;
    LinearMemory place = memory == null ? allocator.allocate(4L * logits.length) : memory;
    memory = place;
    place.putFloats(0, logits, 0, logits.length);
    int[] tokens = generation.tokens();
    int[] more = Arrays.copyOfRange(tokens, told, tokens.length);
    told = tokens.length;
    return JsonObject.builder()
        .put("address", place.address() & 0xFFFFFFFFL)
        .put("count", logits.length)
        .put("tokens", JsonArray.of(more))
        .build();
  }

  /** Gives them back to the generation that waits for them, if it does; whether it does. */
  boolean take(Generation generation) {
    float[] logits = generation.waiting();
    if (logits == null || memory == null) {
      return false;
    }
    memory.getFloats(0, logits, 0, logits.length);
    offered = false;
    return true;
  }

  /** Gives the memory back. */
  void release() {
    if (memory != null) {
      allocator.release(memory);
      memory = null;
    }
  }
}
