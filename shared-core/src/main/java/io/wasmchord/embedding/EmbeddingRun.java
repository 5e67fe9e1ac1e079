package io.wasmchord.embedding;

import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.session.SharedCache;
import java.util.List;

/** One text in the making. Closing it gives its memory back, whether it has ended or not. */
public final class EmbeddingRun implements AutoCloseable {
  private final Model model;
  private final Encoding encoding;
  private final int tokens;
  private final int size;
  private final Pooling pooling;
  private final boolean normalize;
  private final SharedCache cache;
  private final boolean own;

  /**
   * @param cache whose memory the run takes
   * @param own whether closing the run closes it
   */
  EmbeddingRun(Model model, int[] ids, SharedCache cache, EmbeddingOptions options, boolean own) {
    this.model = model;
    this.cache = cache;
    this.own = own;
    cache.enter();
    try {
      this.encoding = model.encode(ids, cache.cache());
      cache.hand(this);
    } finally {
      cache.leave();
    }
    this.tokens = ids.length;
    this.size = model.config().hidden();
    this.pooling = options.pooling() == null ? model.config().pooling() : options.pooling();
    this.normalize = options.normalize();
  }

  /**
   * Computes one layer of an encoder or one batch of a decoder.
   *
   * @return whether there is more to do
   * @throws io.wasmchord.errors.ClosedException when this run or the model is closed
   * @throws io.wasmchord.errors.InvalidRequestException when another thread computes with this run,
   *     or a later request has taken the session's cache
   * @throws io.wasmchord.errors.CancelledException when the thread is interrupted, which it stays
   */
  public boolean step() {
    return step(RunControl.NONE);
  }

  boolean step(RunControl control) {
    cache.enter(this);
    try (Model.Turn _ = model.turn(control)) {
      return encoding.step();
    } finally {
      cache.leave();
    }
  }

  /**
   * Computes all steps that are left, and the vectors.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public TextEmbedding finish(RunControl control) {
    do {
      control.check();
    } while (step(control));
    return result(control);
  }

  /**
   * The vectors.
   *
   * @throws io.wasmchord.errors.GenerationException when the model gives no finite numbers
   * @throws IllegalStateException while there is more to do
   */
  public TextEmbedding result() {
    return result(RunControl.NONE);
  }

  TextEmbedding result(RunControl control) {
    float[] pooled;
    try (Model.Turn _ = model.turn(control)) {
      pooled = model.projected(Vectors.pool(encoding.rows(), size, pooling));
    }
    List<float[]> vectors = Vectors.rows(pooled, size);
    vectors.forEach(v -> Vectors.finish(v, normalize));
    return new TextEmbedding(tokens, pooling != Pooling.NONE, vectors);
  }

  @Override
  public void close() {
    if (own) {
      cache.close();
    }
  }
}
