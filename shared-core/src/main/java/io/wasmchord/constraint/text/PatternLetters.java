package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import org.jspecify.annotations.Nullable;

/** A string of an automaton's texts, read to one of its states. */
public record PatternLetters(Dfa dfa, int state) implements Letters {
  @Override
  public void letters(LetterMoves moves) {
    for (int i = 0; i < dfa.edges(state); i++) {
      moves.on(
          CodePoints.of(dfa.from(state, i), dfa.to(state, i)),
          new PatternLetters(dfa, dfa.target(state, i)));
    }
  }

  @Override
  public @Nullable Frame closed() {
    return dfa.accepts(state) ? End.HERE : null;
  }
}
