package io.wasmchord.model;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded transformer: turns token ids at consecutive positions into logits, or into hidden
 * states. A model of the loader belongs to one thread at a time; a host with threads wraps it in
 * one that has them take turns, and such a model may be used from any number of threads. A cache
 * belongs to one sequence, and so to one thread at a time. After {@link #close} every method that
 * computes or allocates throws {@link io.wasmchord.errors.ClosedException}.
 */
public interface Model extends AutoCloseable {
  ModelConfig config();

  /** Tokens that {@link #forward} takes at most in one call. */
  int maxBatch();

  /**
   * A cache for sequences of up to {@code positions} tokens. Layers that attend only to the nearest
   * positions keep little more than those; its {@link KvCache#spec} says how many.
   *
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the type's blocks
   */
  KvCache newCache(int positions, CacheOptions options);

  /** The same with the usual number of checkpoints. */
  default KvCache newCache(int positions, KvType type) {
    return newCache(positions, CacheOptions.of(type));
  }

  /**
   * Waits until the calling thread may compute alone. What a model computes between two looks of
   * the caller, a batch or a token, is one turn; whoever asked first comes first. Within it the
   * other methods do not wait.
   *
   * @return to be closed by the same thread
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   * @throws io.wasmchord.errors.ClosedException when the model is closed, or closes meanwhile
   */
  default Turn turn(RunControl control) {
    return () -> {};
  }

  /** A thread's turn. */
  @FunctionalInterface
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Notes that no cache holds what it held, as after the loss of the device that had them: their
   * sequences are computed anew.
   */
  default void cachesLost() {}

  /** How often that happened. */
  default int losses() {
    return 0;
  }

  /** Gives a cache's memory back; nothing happens where that was done, or the model is closed. */
  void release(KvCache cache);

  /**
   * The last position, at most {@code position}, that {@link #forward} can go on at: always 0 and
   * where the last call ended. Further back, layers with a sliding window must still hold what a
   * token there attends to, and recurrent layers go on only where they have a checkpoint.
   */
  int resumesAt(KvCache cache, int position);

  /**
   * Sees to it that {@link #resumesAt} can go back to where the sequence is, whatever is fed next:
   * keeps a copy of the recurrent layers' state in place of another one. Does nothing where layers
   * can go back anyway, or no copies are kept.
   *
   * @param position that {@link #forward} would go on at; only one such copy lasts, the last
   */
  void keep(KvCache cache, int position);

  /**
   * Has the hidden states of all that is fed to a cache told, after the last norm; or with null no
   * more.
   */
  default void watch(KvCache cache, @Nullable HiddenRows watcher) {
    throw new UnsupportedOperationException("this model tells no hidden states");
  }

  /**
   * Gives a model that takes hidden states beside tokens those of the tokens that are fed next; see
   * {@link io.wasmchord.model.config.NextTokenHead}.
   *
   * @param rows [tokens, hidden]
   */
  default void beside(KvCache cache, float[] rows) {
    throw new UnsupportedOperationException("this model takes tokens alone");
  }

  /**
   * Copies the beginning of a sequence to another cache of this model, which may be of another
   * length; what that held is lost. It takes the bytes that are copied, and nothing more.
   *
   * @param positions how many are wanted, at most as many as were fed
   * @return the position, at most {@code positions}, that {@link #forward} can go on at with the
   *     copy; 0 where nothing can be taken over, as between caches of two types
   * @throws IllegalArgumentException when both are the same, or the rows of an encoder do not fit
   */
  int copy(KvCache from, KvCache to, int positions);

  /**
   * How many positions {@link #copy} would take over. Nothing is changed; both may be the same.
   *
   * @param positions how many are wanted
   */
  default int copyable(KvCache from, KvCache to, int positions) {
    return resumesAt(from, positions);
  }

  /**
   * What a cache holds of the first positions of its sequence, up to where {@link #resumesAt} says.
   */
  CacheContents contents(KvCache cache, int positions);

  /**
   * Begins to fill a cache with contents that were read from another one, of this model and of the
   * same type and length; what it held is lost. When all pieces are written, {@link #restored} is
   * to be told.
   *
   * @throws IllegalArgumentException when no such cache has these marks
   */
  CacheContents restoring(KvCache cache, CacheMarks marks);

  /** Notes that contents of {@link #restoring} are there: the cache goes on at their position. */
  void restored(KvCache cache, CacheContents contents);

  /**
   * Feeds tokens at positions {@code position, position + 1, ...}; earlier positions must be in the
   * cache already.
   *
   * @param tokens 1 to {@link #maxBatch()} ids
   * @param wanted which rows of logits to compute
   * @return logits, row-major, {@code vocabulary} floats a row: one row for the last token, one for
   *     each, or none
   * @throws IllegalStateException when the cache does not hold the positions before; see {@link
   *     #resumesAt}; or when a decoder is to attend to an encoder's rows and there are none; see
   *     {@link #encode}
   * @throws EmbeddingOnlyException when the model has no logits
   */
  float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted);

  /**
   * Feeds tokens as {@link #forward} does, for the most likely next one alone: its logits need not
   * leave the backend.
   *
   * @param count ids below this may be chosen
   */
  default Best best(int[] tokens, int position, KvCache cache, int count) {
    return Best.of(forward(tokens, position, cache, Wanted.LAST), count);
  }

  /**
   * The largest logit.
   *
   * @param id of the largest, of equals the lowest
   * @param logits none where the largest is finite; else all of them, which shows what is wrong:
   *     one that is no number counts as the largest
   */
  record Best(int id, float[] logits) {
    /**
     * The largest of a row.
     *
     * @param count ids below this may be chosen
     */
    public static Best of(float[] logits, int count) {
      int best = 0;
      for (int id = 1; id < count; id++) {
        boolean broken = Float.isNaN(logits[id]) && !Float.isNaN(logits[best]);
        if (logits[id] > logits[best] || broken) {
          best = id;
        }
      }
      boolean finite = Math.abs(logits[best]) < Float.POSITIVE_INFINITY;
      return new Best(best, finite ? new float[0] : logits);
    }
  }

  /**
   * Feeds tokens of several sequences, to a model that computes them in one batch. What a sequence
   * gets does not depend on those beside it: it is what {@link #forward(int[], int, KvCache,
   * Wanted)} gives.
   *
   * @param feeds one for each sequence, with at most {@link #maxBatch()} tokens together
   * @return logits of each feed
   * @throws IllegalArgumentException when they are too many, or two have the same cache
   * @throws IllegalStateException when a cache does not hold the positions before
   * @throws EmbeddingOnlyException when the model has no logits
   */
  default List<float[]> forward(List<Feed> feeds) {
    return feeds.stream().map(f -> forward(f.tokens, f.position, f.cache, f.wanted)).toList();
  }

  /**
   * Feeds a sequence in a {@link #turn} of the calling thread. A model with threads computes it
   * together with what other threads wait to feed.
   *
   * @param feed of which the last token's row of logits is wanted, or none
   */
  default float[] forward(Feed feed, RunControl control) {
    try (Turn _ = turn(control)) {
      return forward(feed.tokens, feed.position, feed.cache, feed.wanted);
    }
  }

  /** The same for the most likely next token alone; ids below {@code count} may be chosen. */
  default Best best(Feed feed, int count, RunControl control) {
    try (Turn _ = turn(control)) {
      return best(feed.tokens, feed.position, feed.cache, count);
    }
  }

  /**
   * What a sequence is fed with.
   *
   * @param tokens 1 id or more, at consecutive positions
   * @param position of the first
   * @param cache of the sequence, which holds the positions before
   * @param wanted which rows of logits to compute
   */
  record Feed(int[] tokens, int position, KvCache cache, Wanted wanted) {}

  /**
   * Begins to compute the hidden states of a sequence; nothing else may use the cache until they
   * are there. Where a decoder follows an encoder, they are the encoder's, and the cache is then
   * one that {@link #forward} can begin with at position 0: it attends to them.
   *
   * @param tokens 1 id or more
   * @param cache with room for them; what it held is lost
   */
  Encoding encode(int[] tokens, KvCache cache);

  /**
   * The same of several sequences, which an encoder computes in one batch. What a sequence gets
   * does not depend on those beside it.
   *
   * @param texts with at most {@link #maxBatch} tokens together, where there are several
   * @param caches one for each
   * @return whose rows are those of the first text, of the second, and so on
   * @throws IllegalArgumentException when they are too many, or the model is no encoder
   */
  default Encoding encode(List<int[]> texts, List<KvCache> caches) {
    if (texts.size() != 1 || caches.size() != 1) {
      throw new IllegalArgumentException(texts.size() + " texts; this model takes one at a time");
    }
    return encode(texts.getFirst(), caches.getFirst());
  }

  /**
   * What becomes of pooled vectors: some models have layers for them.
   *
   * @param rows [n, hidden]
   * @return the same shape
   */
  float[] projected(float[] rows);

  /**
   * What the head of a classifier or reranker makes of pooled states.
   *
   * @param rows [n, hidden], pooled as {@link io.wasmchord.model.config.Classifier#pooling} says
   * @return [n, outputs]
   * @throws NoClassifierException when the model has no such head
   */
  default float[] classified(float[] rows) {
    throw new NoClassifierException(config().architecture());
  }

  /**
   * The adapters beside its weights.
   *
   * @throws UnsupportedOperationException where a model has none
   */
  default Adapters adapters() {
    throw new UnsupportedOperationException("this model takes no adapters");
  }

  /** Which rows of logits a call of {@link #forward} computes. */
  enum Wanted {
    NONE,
    LAST,
    ALL
  }

  /** Ends what the model computes with; closing again does nothing. */
  @Override
  void close();
}
