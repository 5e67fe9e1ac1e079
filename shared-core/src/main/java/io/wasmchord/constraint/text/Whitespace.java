package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;

/** Where there may be whitespace between the parts of JSON. */
public enum Whitespace {
  /** Nowhere. */
  NONE,
  /** One space after each comma and colon, and there must be one. */
  SPACED,
  /**
   * After commas, colons and brackets, and before closing brackets: nothing, one space, or a new
   * line with an indentation. It never goes on without end.
   */
  FLEXIBLE;

  private static final int MOST_INDENTED = 64;

  /** {@code then}, after a bracket that opens. */
  public Frame afterOpen(Frame then) {
    return this == FLEXIBLE ? new Flexible(then) : then;
  }

  /**
   * {@code then}, where a bracket may close.
   *
   * @param closing of {@code then} the closing bracket alone
   */
  public Frame beforeClose(Frame then, Frame closing) {
    return this == FLEXIBLE ? new Closing(then, closing) : then;
  }

  /** {@code then}, after a comma or a colon. */
  public Frame afterSeparator(Frame then) {
    return switch (this) {
      case NONE -> then;
      case SPACED -> new Space(then);
      case FLEXIBLE -> new Flexible(then);
    };
  }

  /** A character, then the return. */
  public record Last(char character) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(character, End.HERE);
    }
  }

  private record Space(Frame then) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(' ', then);
    }
  }

  private record Flexible(Frame then) implements Frame {
    @Override
    public void expand(Moves moves) {
      then.expand(moves);
      moves.on(' ', then);
      moves.on('\n', new Indented(then, 0));
    }
  }

  private record Closing(Frame then, Frame closing) implements Frame {
    @Override
    public void expand(Moves moves) {
      then.expand(moves);
      moves.on(' ', closing);
      moves.on('\n', new Indented(closing, 0));
    }
  }

  /** A line that has begun with so many spaces or tabs. */
  private record Indented(Frame then, int count) implements Frame {
    @Override
    public void expand(Moves moves) {
      then.expand(moves);
      if (count < MOST_INDENTED) {
        Frame next = new Indented(then, count + 1);
        moves.on(' ', next);
        moves.on('\t', next);
      }
    }
  }
}
