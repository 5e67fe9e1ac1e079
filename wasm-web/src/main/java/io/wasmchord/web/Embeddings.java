package io.wasmchord.web;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.EmbeddingRun;
import io.wasmchord.embedding.TextEmbedding;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of texts, one text at a time; they lie in linear memory until the next one or the end.
 */
final class Embeddings {
  private final Embedder embedder;
  private final LinearAllocator allocator;
  private @Nullable EmbeddingRun run;
  private @Nullable LinearMemory vectors;

  Embeddings(Embedder embedder, LinearAllocator allocator) {
    this.embedder = embedder;
    this.allocator = allocator;
  }

  /** Begins with a text; {@code pooling} is empty for the model's own. */
  void start(String text, String pooling, boolean normalize, boolean truncate) {
    end();
    run = embedder.start(text, new EmbeddingOptions(pooling(pooling), normalize, truncate));
  }

  /** Begins with tokens, as {@link #start(String, String, boolean, boolean)} with a text. */
  void start(int[] tokens, String pooling, boolean normalize, boolean truncate) {
    end();
    run = embedder.start(tokens, new EmbeddingOptions(pooling(pooling), normalize, truncate));
  }

  private static @Nullable Pooling pooling(String name) {
    for (Pooling pooling : Pooling.values()) {
      if (label(pooling).equals(name)) {
        return pooling;
      }
    }
    if (name.isEmpty()) {
      return null;
    }
    throw new InvalidRequestException("pooling is 'mean', 'cls', 'last' or 'none', not " + name);
  }

  static String label(Pooling pooling) {
    return pooling.name().toLowerCase(Locale.ROOT);
  }

  /** Computes a step; after the last one it says where the vectors are. */
  String step() {
    EmbeddingRun current = run;
    if (current == null) {
      throw new InvalidRequestException("no text was given");
    }
    return current.step()
        ? JsonObject.of("more", JsonValue.of(true)).toString()
        : describe(current.result()).toString();
  }

  private JsonObject describe(TextEmbedding embedding) {
    int columns = embedding.vectors().getFirst().length;
    LinearMemory rows = allocator.allocate(4L * columns * embedding.vectors().size());
    vectors = rows;
    long at = 0;
    for (float[] vector : embedding.vectors()) {
      rows.putFloats(at, vector, 0, columns);
      at += 4L * columns;
    }
    return JsonObject.builder()
        .put("more", false)
        .put("tokens", embedding.tokens())
        .put("pooled", embedding.pooled())
        .put("address", rows.address() & 0xFFFFFFFFL)
        .put("rows", embedding.vectors().size())
        .put("columns", columns)
        .build();
  }

  /** Gives the memory of a text back, whether it is done or not. */
  void end() {
    if (run != null) {
      run.close();
      run = null;
    }
    if (vectors != null) {
      allocator.release(vectors);
      vectors = null;
    }
  }
}
