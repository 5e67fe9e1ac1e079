package io.wasmchord.embedding;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.session.SharedCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text in the making, or several that an encoder computes together. Closing it gives its memory
 * back, whether it has ended or not.
 */
public final class EmbeddingRun implements AutoCloseable {
  private final Model model;
  private final Encoding encoding;
  private final List<int[]> texts;
  private final int size;
  private final Pooling pooling;
  private final boolean normalize;
  private final List<SharedCache> caches;
  private final boolean own;

  /**
   * @param texts one, or several that the model takes in one batch
   * @param caches whose memory the run takes, one for each
   * @param own whether closing the run closes them
   */
  EmbeddingRun(
      Model model,
      List<int[]> texts,
      List<SharedCache> caches,
      EmbeddingOptions options,
      boolean own) {
    this.model = model;
    this.texts = texts;
    this.caches = caches;
    this.own = own;
    List<SharedCache> entered = new ArrayList<>();
    try {
      for (SharedCache cache : caches) {
        cache.enter();
        entered.add(cache);
      }
      List<KvCache> all = caches.stream().map(SharedCache::cache).toList();
      this.encoding =
          texts.size() == 1
              ? model.encode(texts.getFirst(), all.getFirst())
              : model.encode(texts, all);
      caches.forEach(cache -> cache.hand(this));
    } finally {
      entered.forEach(SharedCache::leave);
    }
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
    List<SharedCache> entered = new ArrayList<>();
    try {
      for (SharedCache cache : caches) {
        cache.enter(this);
        entered.add(cache);
      }
      try (Model.Turn _ = model.turn(control)) {
        return encoding.step();
      }
    } finally {
      entered.forEach(SharedCache::leave);
    }
  }

  /**
   * Computes all steps that are left, and the vectors of the one text.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public TextEmbedding finish(RunControl control) {
    do {
      control.check();
    } while (step(control));
    return result(0, control);
  }

  /**
   * The vectors of the one text.
   *
   * @throws io.wasmchord.errors.GenerationException when the model gives no finite numbers
   * @throws IllegalStateException while there is more to do
   */
  public TextEmbedding result() {
    return result(0, RunControl.NONE);
  }

  /** The vectors of text number {@code at}. */
  TextEmbedding result(int at, RunControl control) {
    float[] pooled;
    try (Model.Turn _ = model.turn(control)) {
      pooled = model.projected(Vectors.pool(rows(at), size, pooling));
    }
    List<float[]> vectors = Vectors.rows(pooled, size);
    vectors.forEach(v -> Vectors.finish(v, normalize));
    return new TextEmbedding(tokens(at), pooling != Pooling.NONE, vectors);
  }

  /**
   * Computes all steps that are left, and what the head of a classifier makes of the one text.
   *
   * @throws io.wasmchord.errors.NoClassifierException when the model has none
   * @throws io.wasmchord.errors.GenerationException when the model gives no finite numbers
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public float[] classify(RunControl control) {
    do {
      control.check();
    } while (step(control));
    return classified(0, control);
  }

  /** The same of text number {@code at}, when all steps are computed. */
  float[] classified(int at, RunControl control) {
    float[] outputs;
    try (Model.Turn _ = model.turn(control)) {
      Pooling taken = model.config().classifier().pooling();
      outputs = model.classified(Vectors.pool(rows(at), size, taken));
    }
    Vectors.finish(outputs, false);
    return outputs;
  }

  private float[] rows(int at) {
    float[] all = encoding.rows();
    if (texts.size() == 1) {
      return all;
    }
    int from = texts.subList(0, at).stream().mapToInt(ids -> ids.length).sum();
    return Arrays.copyOfRange(all, from * size, (from + tokens(at)) * size);
  }

  /** How many texts there are. */
  int texts() {
    return texts.size();
  }

  /** Tokens of text number {@code at}. */
  int tokens(int at) {
    return texts.get(at).length;
  }

  @Override
  public void close() {
    if (own) {
      caches.forEach(SharedCache::close);
    }
  }
}
