package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.constraint.tags.Frames;

/**
 * A text as it is, without escapes.
 *
 * @param end what stands after it, and is none of it; empty where what follows shows the end
 */
public record RawFrame(Letters at, String end) implements Frame {
  /** A text that ends where something else follows. */
  public static Frame open(Letters at) {
    return new RawFrame(at, "");
  }

  @Override
  public void expand(Moves moves) {
    for (LetterMoves.Move move : LetterMoves.of(at).all()) {
      moves.on(move.set(), new RawFrame(move.next(), end));
    }
    Frame closed = at.closed();
    if (closed != null) {
      moves.call(Frames.text(end), closed); // which may begin as the text goes on
    }
  }
}
