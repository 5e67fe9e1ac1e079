package io.wasmchord.session.speculation;

import java.util.Arrays;

/**
 * How many tokens it pays to propose: it weighs how many of earlier ones were right against what a
 * batch of them took beside a single token. Where none pay it waits before it tries again, longer
 * each time.
 */
final class Pace {
  private static final double KEPT = 0.8; // of a mean, when something new is added to it
  private static final double RIGHT = 0.8; // what is believed of proposals before any was made
  private static final double BELIEF = 1; // proposals that the belief counts as
  private static final double REMEMBERED = 0.9; // of earlier proposals, when there are new ones
  private static final double ROW = 0.125; // of a single token's time, before a row was measured
  private static final int TRIED = 2;
  private static final int FIRST_WAIT = 8;
  private static final int LONGEST_WAIT = 256;

  private final double[] right = new double[Drafter.GROUNDS];
  private final double[] proposed = new double[Drafter.GROUNDS];
  private final int[] wait = new int[Drafter.GROUNDS];
  private final int[] nextWait = new int[Drafter.GROUNDS];
  private double single; // nanoseconds of a token alone; 0 before one was measured
  private double row = -1; // of each further row of a batch; -1 before one was measured
  private double drafting; // of each proposed token

  Pace() {
    Arrays.fill(nextWait, FIRST_WAIT);
  }

  /** How many of at most {@code most} tokens are to be proposed on such grounds; 0 for none. */
  int length(int grounds, int most) {
    if (single == 0) {
      return 0; // what a token alone takes is to be known first
    }
    double chance =
        (right[grounds] + RIGHT * BELIEF) / (proposed[grounds] + BELIEF); // of each, if those before are right
    double more = drafting + (row < 0 ? ROW * single : row);
    double tokens = 1;
    double power = 1;
    double fastest = 1 / single;
    int best = 0;
    for (int n = 1; n <= most; n++) {
      power *= chance;
      tokens += power;
      double speed = tokens / (single + n * more);
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
    return Math.min(TRIED, most);
  }

  /** Notes that a token alone took so long. */
  void single(long nanos) {
    single = single == 0 ? Math.max(1, nanos) : mean(single, nanos);
  }

  /** Notes that so many tokens were proposed within {@code nanos}. */
  void drafted(int tokens, long nanos) {
    drafting = tokens == 0 ? drafting : mean(drafting, (double) nanos / tokens);
  }

  /** Notes that a batch took so long which had so many rows more than that of a single token. */
  void batch(int more, long nanos) {
    double each = Math.max(0, nanos - single) / more;
    row = row < 0 ? each : mean(row, each);
  }

  /** Notes how many of the tokens proposed on such grounds were right. */
  void found(int grounds, int tokens, int accepted) {
    right[grounds] = REMEMBERED * right[grounds] + accepted;
    proposed[grounds] = REMEMBERED * proposed[grounds] + Math.min(tokens, accepted + 1);
  }

  private static double mean(double before, double now) {
    return KEPT * before + (1 - KEPT) * now;
  }
}
