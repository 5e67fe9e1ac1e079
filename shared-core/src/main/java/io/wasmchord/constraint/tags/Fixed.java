package io.wasmchord.constraint.tags;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;

/** A text that stands there, of which some was read, then {@code then}. */
record Fixed(String text, int read, Frame then) implements Frame {
  @Override
  public void expand(Moves moves) {
    if (read == text.length()) {
      then.expand(moves);
    } else {
      int letter = text.codePointAt(read);
      moves.on(letter, new Fixed(text, read + Character.charCount(letter), then));
    }
  }
}
