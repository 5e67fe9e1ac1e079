package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.HiddenRows;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Proposes what a model's own head finds most likely. The head takes a token and the hidden state
 * that the model has made of the tokens before it, and gives the token that follows, with a hidden
 * state of its own to go on with. Where a state was not told, zeros stand for it.
 */
final class HeadDrafter implements Drafter, HiddenRows, AutoCloseable {
  private final Draft draft;
  private final Model head;
  private final CacheOptions options;
  private final int width;
  private final int[] fed; // the tokens behind the states that the head's cache holds
  private int held;
  private float[] rows = {}; // the model's states
  private int first; // position of the first of them
  private int count;
  private float[] last = {}; // the head's own states
  private @Nullable KvCache cache;

  /**
   * @param contextLength the longest sequence
   * @param options how the head's past is kept
   */
  HeadDrafter(Draft draft, int contextLength, CacheOptions options) {
    this.draft = draft;
    this.head = draft.model();
    this.options = options;
    this.width = head.config().hidden();
    this.fed = new int[Math.min(contextLength, head.config().contextLength())];
  }

  @Override
  public void fed(int position, float[] states) {
    if (position < first || position > first + count) {
      first = position;
      count = 0;
    }
    count = position - first;
    int used = Math.min(Math.max(0, held - first), count);
    count -= used;
    int end = (count + states.length / width) * width;
    float[] next = end > rows.length ? new float[end] : rows;
    System.arraycopy(rows, used * width, next, 0, count * width);
    System.arraycopy(states, 0, next, count * width, states.length);
    rows = next;
    first += used;
    count += states.length / width;
  }

  /** The states from one position to another. */
  private float[] states(int from, int to) {
    float[] states = new float[(to - from) * width];
    int begin = Math.max(from, first);
    int end = Math.min(to, first + count);
    if (begin < end) {
      int n = (end - begin) * width;
      System.arraycopy(rows, (begin - first) * width, states, (begin - from) * width, n);
    }
    return states;
  }

  @Override
  public boolean prepares(int[] sequence, int length, RunControl control) {
    int known = Math.min(length - 1, first + count);
    if (known - held <= head.maxBatch() || !follows(sequence, length)) {
      return false;
    }
    try (Model.Turn _ = head.turn(control)) {
      KvCache own = goBack(sequence, length - 1);
      return catchUp(own, sequence, known);
    }
  }

  /** Feeds a batch if more than one is missing. */
  private boolean catchUp(KvCache own, int[] sequence, int known) {
    int n = head.maxBatch();
    if (known - held <= n) {
      return false;
    }
    int[] ids = ids(sequence, held + n);
    head.beside(own, states(held, held + n));
    head.forward(ids, held, own, Model.Wanted.NONE);
    held += n;
    return true;
  }

  /** The tokens behind states up to one. */
  private int[] ids(int[] sequence, int end) {
    System.arraycopy(sequence, held + 1, fed, held, end - held);
    return Arrays.copyOfRange(fed, held, end);
  }

  @Override
  public int grounds(int[] sequence, int length) {
    boolean told = length - 2 >= first && length - 2 < first + count;
    return length > 1 && told && follows(sequence, length) ? 0 : -1;
  }

  /** Whether it has room for them, and knows them. */
  private boolean follows(int[] sequence, int length) {
    boolean follows = length <= fed.length;
    for (int i = 0; follows && i < length; i++) {
      follows = sequence[i] < draft.tokens();
    }
    return follows;
  }

  @Override
  public int[] draft(int[] sequence, int length, int most, RunControl control) {
    int known = length - 1;
    int[] tokens = new int[Math.min(most, fed.length - known)];
    try (Model.Turn _ = head.turn(control)) {
      KvCache own = goBack(sequence, known - 1);
      while (catchUp(own, sequence, known)) {}
      float[] beside = states(held, known);
      int[] ids = ids(sequence, known);
      int position = held;
      held = known;
      for (int i = 0; i < tokens.length; i++) {
        head.beside(own, beside);
        Model.Best best = head.best(ids, position, own, draft.tokens());
        if (best.logits().length > 0) {
          return Arrays.copyOf(tokens, i); // no numbers: what it makes of the rest means nothing
        }
        tokens[i] = best.id();
        position += ids.length;
        ids = new int[] {best.id()};
        beside = Arrays.copyOfRange(last, last.length - width, last.length);
      }
    }
    return tokens;
  }

  /** Leaves what the cache holds as far as it is of the sequence, of which {@code most} may be. */
  private KvCache goBack(int[] sequence, int most) {
    KvCache own = cache;
    if (own == null) {
      own = head.newCache(fed.length, options);
      head.watch(own, (position, states) -> last = states);
      cache = own;
    }
    int end = Math.min(held, most);
    int other = Arrays.mismatch(fed, 0, end, sequence, 1, end + 1);
    held = head.resumesAt(own, other < 0 ? end : other);
    return own;
  }

  /** Gives the cache's memory back; it is made anew if it is needed again. */
  @Override
  public void close() {
    KvCache own = cache;
    cache = null;
    held = 0;
    if (own != null) {
      head.release(own);
    }
  }
}
