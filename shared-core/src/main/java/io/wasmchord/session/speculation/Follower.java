package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A model that follows a sequence in a cache of its own, which is made when it is first asked: it
 * catches up in batches, and goes back where the sequence is another one than it was. All but
 * {@link #follows} and {@link #close} belong into a turn of the model.
 */
final class Follower implements AutoCloseable {
  private final Draft draft;
  private final Model model;
  private final CacheOptions options;
  private final int lead;
  private final Watcher watcher;
  private final int[] fed; // the tokens behind what the cache holds
  private int held;
  private @Nullable KvCache cache;

  /** Who is told what becomes of the cache. */
  interface Watcher {
    /** It was made. */
    default void made(KvCache cache) {}

    /** Tokens will be fed at positions from one to another. */
    default void feeding(KvCache cache, int from, int to) {}
  }

  /**
   * @param contextLength the longest sequence; longer ones than its model takes are not followed
   * @param options how its past is kept
   * @param lead by how many places the sequence's token is ahead of the position that it is fed at
   */
  Follower(Draft draft, int contextLength, CacheOptions options, int lead, Watcher watcher) {
    this.draft = draft;
    this.model = draft.model();
    this.options = options;
    this.lead = lead;
    this.watcher = watcher;
    this.fed = new int[Math.min(contextLength, model.config().contextLength())];
  }

  /** Positions that there are. */
  int positions() {
    return fed.length;
  }

  /** Positions that the cache holds. */
  int held() {
    return held;
  }

  /** Whether it knows all tokens and has room for them. */
  boolean follows(int[] sequence, int length) {
    boolean follows = length > 0 && length <= fed.length;
    for (int i = 0; follows && i < length; i++) {
      follows = sequence[i] < draft.tokens();
    }
    return follows;
  }

  /** Leaves what the cache holds as far as it is of the sequence, of which {@code most} may be. */
  KvCache goBack(int[] sequence, int most) {
    KvCache own = cache;
    if (own == null) {
      own = model.newCache(fed.length, options);
      watcher.made(own);
      cache = own;
    }
    int end = Math.min(held, most);
    int other = Arrays.mismatch(fed, 0, end, sequence, lead, lead + end);
    held = model.resumesAt(own, other < 0 ? end : other);
    return own;
  }

  /** Whether more than a batch is missing up to a position. */
  boolean lags(int end) {
    return end - held > model.maxBatch();
  }

  /** Feeds a batch if more than one is missing; whether it did. */
  boolean catchUp(KvCache own, int[] sequence, int end) {
    if (!lags(end)) {
      return false;
    }
    int[] ids = next(sequence, held + model.maxBatch());
    watcher.feeding(own, held, held + ids.length);
    model.forward(ids, held, own, Model.Wanted.NONE);
    hold(ids);
    return true;
  }

  /** The tokens up to a position that are to be fed next. */
  int[] next(int[] sequence, int end) {
    return Arrays.copyOfRange(sequence, lead + held, lead + end);
  }

  /** Notes that such tokens were fed behind those that are held. */
  void hold(int[] ids) {
    System.arraycopy(ids, 0, fed, held, ids.length);
    held += ids.length;
  }

  /** Gives the cache's memory back; it is made anew if it is needed again. */
  @Override
  public void close() {
    KvCache own = cache;
    cache = null;
    held = 0;
    if (own != null) {
      model.release(own);
    }
  }
}
