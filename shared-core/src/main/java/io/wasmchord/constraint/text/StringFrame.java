package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;

/** A JSON string after its opening quote. */
public record StringFrame(Letters at) implements Frame {
  private static final String ESCAPED = "\"\\/\b\f\n\r\t";
  private static final String ESCAPES = "\"\\/bfnrt";
  private static final CodePoints CONTROLS = CodePoints.of(0, 0x1F);
  private static final CodePoints RAW = CONTROLS.or(CodePoints.anyOf("\"\\")).not();
  private static final CodePoints BY_ESCAPE = CONTROLS.or(CodePoints.anyOf(ESCAPED));
  private static final CodePoints HEX =
      CodePoints.of('0', '9').or(CodePoints.of('a', 'f')).or(CodePoints.of('A', 'F'));
  private static final CodePoints D = CodePoints.anyOf("dD");

  @Override
  public void expand(Moves moves) {
    LetterMoves letters = LetterMoves.of(at);
    for (LetterMoves.Move move : letters.all()) {
      moves.on(move.set().and(RAW), new StringFrame(move.next()));
    }
    Frame closed = at.closed();
    if (closed != null) {
      moves.on('"', closed);
    }
    if (letters.any(BY_ESCAPE)) {
      moves.on('\\', new Escape(at));
    }
  }

  /** After a backslash. */
  private record Escape(Letters at) implements Frame {
    @Override
    public void expand(Moves moves) {
      LetterMoves letters = LetterMoves.of(at);
      for (int i = 0; i < ESCAPED.length(); i++) {
        Letters next = letters.next(ESCAPED.charAt(i));
        if (next != null) {
          moves.on(ESCAPES.charAt(i), new StringFrame(next));
        }
      }
      Letters any = at.alike() ? letters.next('a') : null;
      if (any != null) {
        moves.on('u', new FirstDigit(any));
      } else if (letters.any(CONTROLS)) {
        moves.on('u', new Control(at, 0));
      }
    }
  }

  /** The number of a control character, of which so many zeros were read. */
  private record Control(Letters at, int zeros) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (zeros < 2) {
        moves.on('0', new Control(at, zeros + 1));
        return;
      }
      LetterMoves letters = LetterMoves.of(at);
      for (int digit = 0; digit < 2; digit++) {
        if (letters.any(CodePoints.of(16 * digit, 16 * digit + 15))) {
          moves.on('0' + digit, new ControlEnd(at, 16 * digit));
        }
      }
    }
  }

  private record ControlEnd(Letters at, int first) implements Frame {
    @Override
    public void expand(Moves moves) {
      LetterMoves letters = LetterMoves.of(at);
      for (int digit = 0; digit < 16; digit++) {
        Letters next = letters.next(first + digit);
        if (next != null) {
          CodePoints both = CodePoints.of(Character.forDigit(digit, 16));
          moves.on(
              digit < 10 ? both : both.or(CodePoints.of('A' + digit - 10)), new StringFrame(next));
        }
      }
    }
  }

  /** Any character's number. Halves of a pair come as pairs. */
  private record FirstDigit(Letters next) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(HEX.minus(D), new Digits(next, 3));
      moves.on(D, new SecondDigit(next));
    }
  }

  /** After {@code \\ud}. */
  private record SecondDigit(Letters next) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on('0', '7', new Digits(next, 2));
      moves.on(CodePoints.anyOf("89abAB"), new HighHalf(next, 2));
    }
  }

  private record Digits(Letters next, int rest) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(HEX, rest == 1 ? new StringFrame(next) : new Digits(next, rest - 1));
    }
  }

  private record HighHalf(Letters next, int rest) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(HEX, rest == 1 ? new LowHalf(next, 0) : new HighHalf(next, rest - 1));
    }
  }

  /** The second half of a pair, of which so many characters were read. */
  private record LowHalf(Letters next, int read) implements Frame {
    @Override
    public void expand(Moves moves) {
      switch (read) {
        case 0 -> moves.on('\\', new LowHalf(next, 1));
        case 1 -> moves.on('u', new LowHalf(next, 2));
        case 2 -> moves.on(D, new LowHalf(next, 3));
        default -> moves.on(CodePoints.anyOf("cdefCDEF"), new Digits(next, 2));
      }
    }
  }
}
