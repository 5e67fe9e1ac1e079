package io.wasmchord.session.speculation;

import java.util.Arrays;

/**
 * How many tokens it pays to propose: it weighs how many of earlier ones were right against what a
 * batch of them took beside a single token. Where none pay it waits before it tries again, longer
 * each time.
 */
final class Pace {
  private static final double RIGHT = 0.8; // what is believed of proposals before any was made
  private static final double BELIEF = 1; // proposals that the belief counts as
  private static final double REMEMBERED = 0.9; // of earlier proposals, when there are new ones
  private static final int FIRST_WAIT = 8;
  private static final int LONGEST_WAIT = 256;

  private final double[] right = new double[Drafter.GROUNDS];
  private final double[] proposed = new double[Drafter.GROUNDS];
  private final int[] wait = new int[Drafter.GROUNDS];
  private final int[] nextWait = new int[Drafter.GROUNDS];
  private final Cost cost;
  private final boolean again;
  private double drafting; // nanoseconds of each proposed token

  /**
   * @param cost of batches, as far as it was measured
   * @param again whether the tokens that were right are computed again, with the next one, where
   *     one behind them was wrong
   */
  Pace(Cost cost, boolean again) {
    this.cost = cost;
    this.again = again;
    Arrays.fill(nextWait, FIRST_WAIT);
  }

  /** How many of at most {@code most} tokens are to be proposed on such grounds; 0 for none. */
  int length(int grounds, int most) {
    if (!cost.known()) {
      return 0; // what a token alone takes is to be known first
    }
    double chance = // of each, if those before are right
        (right[grounds] + RIGHT * BELIEF) / (proposed[grounds] + BELIEF);
    double tokens = 1;
    double power = 1;
    double more = 0; // that it takes to compute some again
    double fastest = 1 / cost.of(1);
    int best = 0;
    for (int n = 1; n <= most; n++) {
      more += again ? power * (1 - chance) * (cost.of(n + 1) - cost.of(1)) : 0;
      power *= chance;
      tokens += power;
      double speed = tokens / (cost.of(n + 1) + n * drafting + more);
      if (speed > fastest) {
        fastest = speed;
        best = n;
      }
    }
    if (best > 0) {
      nextWait[grounds] = FIRST_WAIT;
      return best;
    }
    if (wait[grounds] > 0) {
      wait[grounds]--;
      return 0;
    }
    wait[grounds] = nextWait[grounds];
    nextWait[grounds] = Math.min(2 * nextWait[grounds], LONGEST_WAIT);
    return (int) Math.max(1, Math.min(most, 2 * chance / (1 - chance)));
  }

  /** Notes that so many tokens were proposed within {@code nanos}. */
  void drafted(int tokens, long nanos) {
    drafting = tokens == 0 ? drafting : Cost.mean(drafting, (double) nanos / tokens);
  }

  /** Notes that a batch of so many rows took so long. */
  void batch(int rows, long nanos) {
    cost.note(rows, nanos);
  }

  /** Notes how many of the tokens proposed on such grounds were right. */
  void found(int grounds, int tokens, int accepted) {
    right[grounds] = REMEMBERED * right[grounds] + accepted;
    proposed[grounds] = REMEMBERED * proposed[grounds] + Math.min(tokens, accepted + 1);
  }
}
