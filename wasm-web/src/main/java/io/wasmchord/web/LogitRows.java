package io.wasmchord.web;

import io.wasmchord.backend.KvType;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.Model;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import org.jspecify.annotations.Nullable;

/** Logits as rows in linear memory, until the next ones or {@link #release}. */
final class LogitRows {
  private final LinearAllocator allocator;
  private @Nullable LinearMemory rows;

  LogitRows(LinearAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Logits of {@code tokens} and of the greedy tokens that follow.
   *
   * @param all a row for every position, or one for the last
   * @return where the rows are, and the greedy tokens
   */
  String compute(Model model, int[] tokens, int greedy, boolean all, KvType cacheType) {
    int vocabulary = model.config().vocabulary();
    GreedyLogits.check(model, tokens, greedy);
    int kept = all ? GreedyLogits.positions(tokens.length, greedy) : 1;
    release();
    LinearMemory memory = allocator.allocate(4L * vocabulary * kept);
    rows = memory;
    int[] chosen =
        GreedyLogits.compute(
            model,
            tokens,
            greedy,
            cacheType,
            (position, values) -> {
              int from = all ? 0 : values.length - vocabulary;
              long at = all ? position : 0;
              memory.putFloats(4L * vocabulary * at, values, from, values.length - from);
            });
    return JsonObject.builder()
        .put("address", memory.address() & 0xFFFFFFFFL)
        .put("rows", kept)
        .put("columns", vocabulary)
        .put("greedy", JsonArray.of(chosen))
        .build()
        .toString();
  }

  /** Gives the memory back. */
  void release() {
    if (rows != null) {
      allocator.release(rows);
      rows = null;
    }
  }
}
