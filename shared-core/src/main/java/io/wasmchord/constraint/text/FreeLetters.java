package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A string of any characters.
 *
 * @param count how many were read, as far as that matters
 * @param most {@link #NO_LIMIT} for any number
 */
public record FreeLetters(int count, int least, int most) implements Letters {
  /** Any number of characters. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** Any string. */
  public static final FreeLetters ANY = new FreeLetters(0, 0, NO_LIMIT);

  @Override
  public void letters(LetterMoves moves) {
    if (count < most) {
      int next = most == NO_LIMIT ? Math.min(least, count + 1) : count + 1;
      moves.on(CodePoints.ALL, new FreeLetters(next, least, most));
    }
  }

  @Override
  public @Nullable Frame closed() {
    return count >= least ? End.HERE : null;
  }

  @Override
  public boolean alike() {
    return count < most;
  }
}
