package io.wasmchord.session.speculation;

import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The proposals of one answer. They are fed behind the tokens that the answer has; then the model's
 * logits after each of them are known, and serve as long as the answer goes on as proposed.
 */
public final class Speculation {
  private static final int[] NOTHING = {};
  private static final int FEW = 16; // of a prompt, logits are computed of all tokens of a batch

  private final Drafter drafter;
  private final Pace pace;
  private final Clock clock;
  private final int vocabulary;
  private final int most;
  private int[] draft = NOTHING;
  private float[] logits = {};
  private int grounds;
  private int at; // length of the sequence that the draft follows
  private long begun; // when the last batch did
  private Proposals proposals = Proposals.NONE;

  Speculation(Drafter drafter, Pace pace, Clock clock, int vocabulary, int most) {
    this.drafter = drafter;
    this.pace = pace;
    this.clock = clock;
    this.vocabulary = vocabulary;
    this.most = most;
  }

  /** See {@link Drafter#prepares}. */
  public boolean prepares(int[] sequence, int length, RunControl control) {
    return drafter.prepares(sequence, length, control);
  }

  /**
   * Proposes tokens, where that is expected to pay.
   *
   * @param pending tokens of the sequence that are not fed yet
   * @param limit how many may be proposed
   * @param keep sees to it that the model can go back to the tokens that are fed
   * @return how many are
   */
  public int propose(
      int[] sequence, int length, int pending, int limit, Runnable keep, RunControl control) {
    draft = NOTHING;
    int allowed = pending > FEW ? 0 : Math.min(limit, most);
    grounds = allowed < 1 ? -1 : drafter.grounds(sequence, length);
    int wanted = grounds < 0 ? 0 : pace.length(grounds, allowed);
    if (wanted > 0) {
      long start = clock.nanos();
      at = length;
      draft = drafter.draft(sequence, length, wanted, control);
      if (draft.length > 0) {
        keep.run();
      }
      pace.drafted(draft.length, clock.nanos() - start);
    }
    return draft.length;
  }

  /**
   * A batch, with what is proposed behind its last token. Whoever feeds it calls {@link #fed}.
   *
   * @param capacity tokens that it may have
   */
  public Model.Feed extended(Model.Feed feed, int capacity) {
    int n = feed.tokens().length;
    int more = feed.wanted() == Model.Wanted.LAST ? Math.min(draft.length, capacity - n) : 0;
    draft = Arrays.copyOf(draft, more);
    begun = clock.nanos();
    if (more == 0) {
      return feed;
    }
    int[] tokens = Arrays.copyOf(feed.tokens(), n + more);
    System.arraycopy(draft, 0, tokens, n, more);
    return new Model.Feed(tokens, feed.position(), feed.cache(), Model.Wanted.ALL);
  }

  /** Notes that a batch was fed. */
  public void fed(Model.Feed feed) {
    int rows = feed.tokens().length;
    if (draft.length > 0 || rows <= FEW) {
      pace.batch(rows, clock.nanos() - begun);
    }
  }

  /** Takes the logits after each token of the batch. */
  public void take(float[] rows) {
    logits = rows;
  }

  /**
   * The logits after the first {@code length} tokens, while the sequence is as proposed.
   *
   * @return a row that may be changed, or null
   */
  public float @Nullable [] row(int[] sequence, int length) {
    int row = length - at;
    if (row > draft.length || accepted(sequence, length) < row) {
      return null;
    }
    int from = logits.length - (draft.length + 1 - row) * vocabulary;
    return Arrays.copyOfRange(logits, from, from + vocabulary);
  }

  private int accepted(int[] sequence, int length) {
    int n = Math.min(draft.length, length - at);
    int other = Arrays.mismatch(sequence, at, at + n, draft, 0, n);
    return other < 0 ? n : other;
  }

  /** Counts what became of the draft, which is done with. */
  public void settle(int[] sequence, int length) {
    int accepted = accepted(sequence, length);
    pace.found(grounds, draft.length, accepted);
    proposals = new Proposals(proposals.drafted() + draft.length, proposals.accepted() + accepted);
    draft = NOTHING;
    logits = new float[0];
  }

  /** What became of all of them. */
  public Proposals proposals() {
    return proposals;
  }
}
