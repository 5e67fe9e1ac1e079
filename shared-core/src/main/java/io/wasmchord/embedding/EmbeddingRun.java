package io.wasmchord.embedding;

import io.wasmchord.backend.KvCache;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.Pooling;
import java.util.List;

/** One text in the making. Closing it gives its memory back, whether it has ended or not. */
public final class EmbeddingRun implements AutoCloseable {
  private final Model model;
  private final Encoding encoding;
  private final int tokens;
  private final int size;
  private final Pooling pooling;
  private final boolean normalize;
  private final Runnable giveBack;

  EmbeddingRun(Model model, int[] ids, KvCache cache, EmbeddingOptions options, Runnable giveBack) {
    this.model = model;
    this.encoding = model.encode(ids, cache);
    this.tokens = ids.length;
    this.size = model.config().hidden();
    this.pooling = options.pooling() == null ? model.config().pooling() : options.pooling();
    this.normalize = options.normalize();
    this.giveBack = giveBack;
  }

  /**
   * Computes one layer of an encoder or one batch of a decoder.
   *
   * @return whether there is more to do
   */
  public boolean step() {
    return encoding.step();
  }

  /**
   * The vectors.
   *
   * @throws io.wasmchord.session.GenerationException when the model gives no finite numbers
   * @throws IllegalStateException while there is more to do
   */
  public TextEmbedding result() {
    float[] pooled = model.projected(Vectors.pool(encoding.rows(), size, pooling));
    List<float[]> vectors = Vectors.rows(pooled, size);
    vectors.forEach(v -> Vectors.finish(v, normalize));
    return new TextEmbedding(tokens, pooling != Pooling.NONE, vectors);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
