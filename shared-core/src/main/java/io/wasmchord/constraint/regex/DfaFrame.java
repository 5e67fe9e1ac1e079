package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;

/** The texts of an automaton that is not empty, read to one of its states. */
public record DfaFrame(Dfa dfa, int state) implements Frame {
  @Override
  public void expand(Moves moves) {
    for (int i = 0; i < dfa.edges(state); i++) {
      moves.on(
          CodePoints.of(dfa.from(state, i), dfa.to(state, i)),
          new DfaFrame(dfa, dfa.target(state, i)));
    }
    if (dfa.accepts(state)) {
      moves.end();
    }
  }
}
