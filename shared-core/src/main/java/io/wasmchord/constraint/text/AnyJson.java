package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.regex.DfaFrame;

/** Any JSON value, or any object. Keys may come twice. */
public record AnyJson(Whitespace whitespace, boolean objectAlone) implements Frame {
  /** Numbers as JSON writes them. */
  public static final Dfa NUMBER = Dfa.ofPattern("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private static final Dfa SCALAR = NUMBER.or(Dfa.ofPattern("null|true|false"));

  @Override
  public void expand(Moves moves) {
    moves.on('{', whitespace.afterOpen(new Members(whitespace, true)));
    if (!objectAlone) {
      moves.on('[', whitespace.afterOpen(new Elements(whitespace)));
      moves.on('"', new StringFrame(FreeLetters.ANY));
      moves.call(new DfaFrame(SCALAR, 0), End.HERE);
    }
  }

  private static Frame value(Whitespace whitespace) {
    return new AnyJson(whitespace, false);
  }

  private static Frame after(char close, Whitespace whitespace) {
    return whitespace.beforeClose(new Close(close, whitespace), new Whitespace.Last(close));
  }

  /** After an opening brace or a comma. */
  private record Members(Whitespace whitespace, boolean first) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (first) {
        moves.on('}', End.HERE);
      }
      moves.on('"', new Key(whitespace));
    }
  }

  private record Key(Whitespace whitespace) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.call(new StringFrame(FreeLetters.ANY), new Colon(whitespace));
    }
  }

  private record Colon(Whitespace whitespace) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(':', whitespace.afterSeparator(new Value(whitespace, '}')));
    }
  }

  /** A value within a bracket that {@code close} closes. */
  private record Value(Whitespace whitespace, char close) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.call(value(whitespace), after(close, whitespace));
    }
  }

  private record Close(char close, Whitespace whitespace) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(close, End.HERE);
      Frame next = close == '}' ? new Members(whitespace, false) : new Value(whitespace, close);
      moves.on(',', whitespace.afterSeparator(next));
    }
  }

  /** After an opening bracket. */
  private record Elements(Whitespace whitespace) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(']', End.HERE);
      moves.call(value(whitespace), after(']', whitespace));
    }
  }
}
