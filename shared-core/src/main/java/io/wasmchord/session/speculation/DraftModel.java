package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Proposes what a smaller model finds most likely. It follows the sequence in a cache of its own,
 * which is made when it is first asked.
 */
public final class DraftModel implements Drafter, AutoCloseable {
  private final Draft draft;
  private final Model model;
  private final CacheOptions options;
  private final int[] fed; // whose keys and values the cache holds
  private int held;
  private @Nullable KvCache cache;

  /**
   * @param contextLength the longest sequence; of longer ones than its own the draft model proposes
   *     nothing
   * @param options how its past is kept
   */
  public DraftModel(Draft draft, int contextLength, CacheOptions options) {
    this.draft = draft;
    this.model = draft.model();
    this.options = options;
    this.fed = new int[Math.min(contextLength, model.config().contextLength())];
  }

  @Override
  public boolean prepares(int[] sequence, int length, RunControl control) {
    if (!follows(sequence, length)) {
      return false;
    }
    try (Model.Turn _ = model.turn(control)) {
      KvCache own = goBack(sequence, length - 1);
      return catchUp(own, sequence, length);
    }
  }

  /** Feeds a batch if more than one is missing. */
  private boolean catchUp(KvCache own, int[] sequence, int length) {
    int n = model.maxBatch();
    if (length - held <= n) {
      return false;
    }
    int end = held + n;
    System.arraycopy(sequence, held, fed, held, n);
    model.forward(Arrays.copyOfRange(fed, held, end), held, own, Model.Wanted.NONE);
    held = end;
    return true;
  }

  @Override
  public int grounds(int[] sequence, int length) {
    return follows(sequence, length) && length < fed.length ? 0 : -1;
  }

  /** Whether it knows all tokens and has room for them. */
  private boolean follows(int[] sequence, int length) {
    boolean follows = length > 0 && length <= fed.length;
    for (int i = 0; follows && i < length; i++) {
      follows = sequence[i] < draft.tokens();
    }
    return follows;
  }

  @Override
  public int[] draft(int[] sequence, int length, int most, RunControl control) {
    int[] tokens = new int[Math.min(most, fed.length - length)];
    try (Model.Turn _ = model.turn(control)) {
      KvCache own = goBack(sequence, length - 1);
      while (catchUp(own, sequence, length)) {}
      System.arraycopy(sequence, held, fed, held, length - held);
      for (int i = 0; i < tokens.length; i++) {
        int end = length + i;
        if (i == 1) {
          model.keep(own, held); // what is fed from here on may have to be taken back
        }
        int[] ids = Arrays.copyOfRange(fed, held, end);
        Model.Best best = model.best(ids, held, own, draft.tokens());
        held = end;
        if (best.logits().length > 0) {
          return Arrays.copyOf(tokens, i); // no numbers: what it makes of the rest means nothing
        }
        tokens[i] = best.id();
        fed[end] = best.id();
      }
    }
    return tokens;
  }

  /** Leaves what the cache holds as far as it is of the sequence, of which {@code most} may be. */
  private KvCache goBack(int[] sequence, int most) {
    KvCache own = cache;
    if (own == null) {
      own = model.newCache(fed.length, options);
      cache = own;
    }
    int end = Math.min(held, most);
    int other = Arrays.mismatch(fed, 0, end, sequence, 0, end);
    held = model.resumesAt(own, other < 0 ? end : other);
    return own;
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
