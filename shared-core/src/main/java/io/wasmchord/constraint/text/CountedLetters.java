package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import org.jspecify.annotations.Nullable;

/**
 * A string of so many characters, of an automaton's texts, from whose every state some character
 * leads on and the text may end.
 *
 * @param count how many were read, as far as that matters
 * @param most {@link FreeLetters#NO_LIMIT} for any number
 */
public record CountedLetters(Dfa dfa, int state, int count, int least, int most)
    implements Letters {
  @Override
  public void letters(LetterMoves moves) {
    if (count == most) {
      return;
    }
    int next = most == FreeLetters.NO_LIMIT ? Math.min(least, count + 1) : count + 1;
    for (int i = 0; i < dfa.edges(state); i++) {
      moves.on(
          CodePoints.of(dfa.from(state, i), dfa.to(state, i)),
          new CountedLetters(dfa, dfa.target(state, i), next, least, most));
    }
  }

  @Override
  public @Nullable Frame closed() {
    return count >= least ? End.HERE : null;
  }
}
