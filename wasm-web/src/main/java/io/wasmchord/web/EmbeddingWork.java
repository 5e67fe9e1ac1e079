package io.wasmchord.web;

import io.wasmchord.api.EmbeddingList;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.ShortVectors;
import io.wasmchord.embedding.TextEmbedding;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Vectors of texts, one text after another; each lie in linear memory until the next step. */
final class EmbeddingWork implements Work {
  private final ModelHeader header;
  private final LinearAllocator allocator;
  private final @Nullable ShortVectors shortened;
  private final TextSequence texts;
  private int tokens; // of those that are done
  private @Nullable LinearMemory vectors;

  /**
   * Nothing is computed yet.
   *
   * @throws InvalidRequestException when the model's vectors may not be cut as the request asks
   */
  EmbeddingWork(
      ModelHeader header, Embedder embedder, LinearAllocator allocator, EmbeddingRequest request) {
    this.header = header;
    this.allocator = allocator;
    this.shortened = shortened(header, request);
    this.texts =
        embedder.sequence(
            request.input().size(),
            Inputs.named("input", at -> request.tokens(at, embedder)),
            request.options());
  }

  private static @Nullable ShortVectors shortened(ModelHeader header, EmbeddingRequest request) {
    Integer dimensions = request.dimensions();
    if (dimensions == null) {
      return null;
    }
    ShortVectors shortened =
        new ShortVectors(
            header.config().architecture(),
            header.name(),
            dimensions,
            request.options().normalize());
    shortened.check(header.config().hidden());
    return shortened;
  }

  /**
   * {@code more}; after a text's last step where its vectors are, and after the last text the
   * answer without them.
   */
  @Override
  public JsonObject step() {
    end(vectors);
    if (!texts.hasMore()) {
      JsonObject list = new EmbeddingList(header.name(), tokens).json();
      return JsonObject.builder().put("more", false).put("answer", list).build();
    }
    TextSequence.Text done = texts.step(RunControl.NONE);
    JsonObject.Builder told = JsonObject.builder().put("more", true);
    if (done != null) {
      tokens += done.tokens();
      told.put("vectors", place(done.embedding()));
    }
    return told.build();
  }

  private JsonObject place(TextEmbedding done) {
    ShortVectors cut = shortened;
    List<float[]> rows =
        cut == null ? done.vectors() : done.vectors().stream().map(cut::cut).toList();
    int columns = rows.getFirst().length;
    LinearMemory memory = allocator.allocate(4L * columns * rows.size());
    vectors = memory;
    long at = 0;
    for (float[] row : rows) {
      memory.putFloats(at, row, 0, columns);
      at += 4L * columns;
    }
    return JsonObject.builder()
        .put("pooled", done.pooled())
        .put("address", memory.address() & 0xFFFFFFFFL)
        .put("rows", rows.size())
        .put("columns", columns)
        .build();
  }

  private void end(@Nullable LinearMemory rows) {
    if (rows != null) {
      allocator.release(rows);
    }
    vectors = null;
  }

  @Override
  public void end() {
    texts.close();
    end(vectors);
  }
}
