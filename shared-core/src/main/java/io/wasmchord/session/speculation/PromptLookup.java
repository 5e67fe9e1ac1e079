package io.wasmchord.session.speculation;

import io.wasmchord.host.RunControl;
import java.util.Arrays;

/**
 * Proposes what followed the last tokens where they stood before: in a text that the answer is
 * predicted to be like, in the prompt, or in the answer itself. The longest match counts, of equal
 * ones the last, and the predicted text before the others.
 */
public final class PromptLookup implements Drafter {
  private static final int SHORTEST = 2; // a single token says too little

  private static final int NEVER = -1;

  private final int ngram;
  private final int[] predicted;
  private final int begun;
  private Match best = Match.NONE;

  /**
   * Where the last tokens stood before.
   *
   * @param tokens how many of them
   * @param text where
   * @param next the place after them
   * @param end of the text
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Match(int tokens, int[] text, int next, int end) {
    static final Match NONE = new Match(0, new int[0], 0, 0);
  }

  /**
   * @param ngram how many of the last tokens are compared at most
   * @param beside tokens that the answer may have parts of, beside those before it; may be empty
   */
  public PromptLookup(int ngram, int[] beside) {
    this(ngram, beside, NEVER);
  }

  private PromptLookup(int ngram, int[] predicted, int begun) {
    this.ngram = ngram;
    this.predicted = predicted.clone();
    this.begun = begun;
  }

  /**
   * Looks in a text that the answer is expected to begin like, and in what is before it.
   *
   * @param predicted tokens of the text
   * @param begun tokens before the answer
   */
  public static PromptLookup predicted(int ngram, int[] predicted, int begun) {
    return new PromptLookup(ngram, predicted, begun);
  }

  @Override
  public int grounds(int[] sequence, int length) {
    best = Match.NONE;
    if (length == begun) {
      best = new Match(GROUNDS - 1, predicted, 0, predicted.length); // it begins as predicted
    } else {
      look(sequence, length, sequence, length);
      look(sequence, length, predicted, predicted.length);
    }
    return best.tokens == 0 ? -1 : Math.min(best.tokens, GROUNDS - 1);
  }

  /**
   * Looks from the end for the longest match; one of the same length replaces that of a text
   * before.
   */
  private void look(int[] sequence, int length, int[] text, int end) {
    int least = Math.max(best.tokens, Math.min(SHORTEST, ngram));
    for (int next = end - 1; next > 0 && least <= ngram; next--) {
      int same = same(sequence, length, text, next);
      if (same >= least) {
        best = new Match(same, text, next, end);
        least = same + 1;
      }
    }
  }

  /** How many tokens before {@code next} are the last ones of the sequence. */
  private int same(int[] sequence, int length, int[] text, int next) {
    int most = Math.min(ngram, Math.min(next, length));
    int same = 0;
    while (same < most && text[next - 1 - same] == sequence[length - 1 - same]) {
      same++;
    }
    return same;
  }

  @Override
  public int[] draft(int[] sequence, int length, int most, RunControl control) {
    int there = best.end - best.next;
    boolean repeats = best.text == sequence; // then what is proposed may go on with itself
    int[] tokens = Arrays.copyOfRange(best.text, best.next, best.next + Math.min(most, there));
    if (!repeats || there >= most) {
      return tokens;
    }
    int[] longer = Arrays.copyOf(tokens, most);
    for (int i = there; i < most; i++) {
      longer[i] = longer[i - there];
    }
    return longer;
  }
}
