package io.wasmchord.session.speculation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace(new Cost(), false);

  /** Proposes as much as pays; right are those below {@code accepted}. */
  private int round(int accepted, int row) {
    pace.batch(1, 1000);
    int n = pace.length(0, 16);
    if (n > 0) {
      pace.drafted(n, 0);
      pace.batch(n + 1, 1000 + n * row);
      pace.found(0, n, Math.min(n, accepted));
    }
    return n;
  }

  @Test
  void nothingIsProposedBeforeATokenWasMeasured() {
    assertEquals(0, pace.length(0, 16));
    pace.batch(1, 1000);
    assertTrue(pace.length(0, 16) > 0);
  }

  @Test
  void whatIsAlwaysRightIsProposedInFull() {
    for (int i = 0; i < 20; i++) {
      round(16, 100);
    }
    assertEquals(16, round(16, 100));
  }

  @Test
  void rowsThatCostAsMuchAsTokensDoNotPay() {
    int proposed = 0;
    for (int i = 0; i < 1000; i++) {
      proposed += round(16, 1100);
    }
    assertTrue(proposed > 0 && proposed < 300, proposed + " proposed");
  }

  @Test
  void whatIsNeverRightIsTriedLessAndLess() {
    int first = 0;
    int then = 0;
    for (int i = 0; i < 1000; i++) {
      first += i < 100 ? round(0, 100) : 0;
      then += i < 100 ? 0 : round(0, 100);
    }
    assertTrue(then > 0 && then < first, first + ", then " + then);
  }

  @Test
  void whatBecomesRightIsProposedAgain() {
    for (int i = 0; i < 200; i++) {
      round(0, 100);
    }
    int last = 0;
    for (int i = 0; i < 1000; i++) {
      last = round(16, 100);
    }
    assertEquals(16, last);
  }

  @Test
  void goodGroundsPayWhenBadOnesDoNot() {
    for (int i = 0; i < 50; i++) {
      round(0, 200);
    }
    assertTrue(pace.length(5, 16) > 0);
  }

  /** Where tokens are computed again after a wrong one, fewer are proposed, and less often. */
  @Test
  void whatIsComputedAgainCounts() {
    int[] most = new int[2];
    for (int again = 0; again < 2; again++) {
      Pace paced = new Pace(new Cost(), again > 0);
      for (int i = 0; i < 200; i++) {
        paced.batch(1, 1000);
        int n = paced.length(0, 31);
        if (n > 0) {
          paced.batch(n + 1, 1000 + 300 * n);
          paced.found(0, n, Math.min(n, i % 8));
          most[again] += n;
        }
      }
    }
    assertTrue(most[1] > 0 && most[1] < most[0], most[1] + " and " + most[0]);
  }

  /** What batches take is known to the next answer. */
  @Test
  void costsAreOfAllAnswers() {
    Cost cost = new Cost();
    new Pace(cost, false).batch(1, 1000);
    assertTrue(new Pace(cost, false).length(0, 16) > 0);
  }

  /** The second row is dear, further ones are not: a few tokens do not pay, many do. */
  @Test
  void aFirstRowThatIsDearIsPaidByMany() {
    int last = 0;
    for (int i = 0; i < 200; i++) {
      pace.batch(1, 1000);
      last = pace.length(0, 31);
      if (last > 0) {
        pace.batch(last + 1, 3300 + 450 * last);
        pace.found(0, last, last);
      }
    }
    assertTrue(last > 16, last + " proposed");
  }
}
