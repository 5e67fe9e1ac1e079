package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;

/**
 * Proposes what a smaller model finds most likely. It follows the sequence in a cache of its own,
 * which is made when it is first asked.
 */
public final class DraftModel implements Drafter, AutoCloseable {
  private final Draft draft;
  private final Model model;
  private final Follower follower;

  /**
   * @param contextLength the longest sequence; of longer ones than its own the draft model proposes
   *     nothing
   * @param options how its past is kept
   */
  public DraftModel(Draft draft, int contextLength, CacheOptions options) {
    this.draft = draft;
    this.model = draft.model();
    this.follower = new Follower(draft, contextLength, options, 0, new Follower.Watcher() {});
  }

  @Override
  public boolean prepares(int[] sequence, int length, RunControl control) {
    if (!follower.follows(sequence, length)) {
      return false;
    }
    try (Model.Turn _ = model.turn(control)) {
      return follower.catchUp(follower.goBack(sequence, length - 1), sequence, length);
    }
  }

  @Override
  public int grounds(int[] sequence, int length) {
    return follower.follows(sequence, length) && length < follower.positions() ? 0 : -1;
  }

  @Override
  public int[] draft(int[] sequence, int length, int most, RunControl control) {
    int[] tokens = new int[Math.min(most, follower.positions() - length)];
    try (Model.Turn _ = model.turn(control)) {
      KvCache own = follower.goBack(sequence, length - 1);
      while (follower.catchUp(own, sequence, length)) {}
      int[] ids = follower.next(sequence, length);
      for (int i = 0; i < tokens.length; i++) {
        if (i == 1) {
          model.keep(own, follower.held()); // what is fed from here on may have to be taken back
        }
        Model.Best best = model.best(ids, follower.held(), own, draft.tokens());
        follower.hold(ids);
        if (best.logits().length > 0) {
          return Arrays.copyOf(tokens, i); // no numbers: what it makes of the rest means nothing
        }
        tokens[i] = best.id();
        ids = new int[] {best.id()};
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
