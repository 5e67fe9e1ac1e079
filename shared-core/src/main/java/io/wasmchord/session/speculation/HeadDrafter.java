package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.HiddenRows;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;

/**
 * Proposes what a model's own head finds most likely. The head takes a token and the hidden state
 * that the model has made of the tokens before it, and gives the token that follows, with a hidden
 * state of its own to go on with. Where a state was not told, zeros stand for it.
 */
final class HeadDrafter implements Drafter, HiddenRows, Follower.Watcher, AutoCloseable {
  private final Draft draft;
  private final Model head;
  private final Follower follower;
  private final int width;
  private float[] rows = {}; // the model's states
  private int first; // position of the first of them
  private int count;
  private float[] last = {}; // the head's own states

  /**
   * @param contextLength the longest sequence
   * @param options how the head's past is kept
   */
  HeadDrafter(Draft draft, int contextLength, CacheOptions options) {
    this.draft = draft;
    this.head = draft.model();
    this.follower = new Follower(draft, contextLength, options, 1, this);
    this.width = head.config().hidden();
  }

  @Override
  public void fed(int position, float[] states) {
    if (position < first || position > first + count) {
      first = position;
      count = 0;
    }
    count = position - first;
    int used = Math.min(Math.max(0, follower.held() - first), count);
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
  public void made(KvCache cache) {
    head.watch(cache, (position, states) -> last = states);
  }

  @Override
  public void feeding(KvCache cache, int from, int to) {
    head.beside(cache, states(from, to));
  }

  @Override
  public boolean prepares(int[] sequence, int length, RunControl control) {
    int known = Math.min(length - 1, first + count);
    if (!follower.lags(known) || !follower.follows(sequence, length)) {
      return false;
    }
    try (Model.Turn _ = head.turn(control)) {
      return follower.catchUp(follower.goBack(sequence, length - 1), sequence, known);
    }
  }

  @Override
  public int grounds(int[] sequence, int length) {
    boolean told = length - 2 >= first && length - 2 < first + count;
    return length > 1 && told && follower.follows(sequence, length) ? 0 : -1;
  }

  @Override
  public int[] draft(int[] sequence, int length, int most, RunControl control) {
    int known = length - 1;
    int[] tokens = new int[Math.min(most, follower.positions() - known)];
    try (Model.Turn _ = head.turn(control)) {
      KvCache own = follower.goBack(sequence, known - 1);
      while (follower.catchUp(own, sequence, known)) {}
      int position = follower.held();
      float[] beside = states(position, known);
      int[] ids = follower.next(sequence, known);
      for (int i = 0; i < tokens.length; i++) {
        head.beside(own, beside);
        Model.Best best = head.best(ids, position, own, draft.tokens());
        if (i == 0) {
          follower.hold(ids); // what the model has not confirmed is not held
        }
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

  /** Gives the cache's memory back; it is made anew if it is needed again. */
  @Override
  public void close() {
    follower.close();
  }
}
