package io.wasmchord.constraint.tags;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import java.util.List;

/** Frames that are put together out of others. */
public final class Frames {
  /** Nothing, or a few spaces and line breaks. */
  public static final Frame BLANK = new Blank(0);

  /** Any text. */
  public static final Frame ANYTHING = new Anything();

  /** Nothing. */
  public static final Frame NOTHING = End.HERE;

  private Frames() {}

  /** A text as it stands. */
  public static Frame text(String text) {
    return text.isEmpty() ? NOTHING : new Fixed(text, 0, NOTHING);
  }

  /** One after the other. */
  public static Frame inOrder(Frame... parts) {
    return inOrder(List.of(parts));
  }

  /** One after the other. */
  public static Frame inOrder(List<Frame> parts) {
    Frame all = End.HERE;
    for (int i = parts.size() - 1; i >= 0; i--) {
      Frame part = parts.get(i);
      all =
          all.equals(End.HERE)
              ? part
              : part.equals(End.HERE)
                  ? all
                  : part instanceof Fixed(String text, int read, Frame then)
                          && then.equals(End.HERE)
                      ? new Fixed(text, read, all)
                      : new Then(part, all);
    }
    return all;
  }

  /** One of some. */
  public static Frame oneOf(List<Frame> options) {
    return options.size() == 1 ? options.getFirst() : new Either(List.copyOf(options));
  }

  /** It or nothing. */
  public static Frame perhaps(Frame frame) {
    return oneOf(List.of(frame, NOTHING));
  }

  /** {@code one} from one to {@code most} times, with {@code between} between them. */
  public static Frame several(Frame one, Frame between, int most) {
    return most == 1 ? one : new Several(one, between, most);
  }

  /** A text whose first character that is no space is none of {@code letters}. */
  public static Frame notBeginning(String letters) {
    return new NotBeginning(CodePoints.ALL.minus(CodePoints.anyOf(letters + WHITE)));
  }

  private static final String WHITE = " \t\r\n";

  private record Blank(int count) implements Frame {
    private static final int MOST = 4;

    @Override
    public void expand(Moves moves) {
      moves.end();
      if (count < MOST) {
        moves.on(CodePoints.anyOf(" \n"), new Blank(count + 1));
      }
    }
  }

  private record Anything() implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(CodePoints.ALL, this);
      moves.end();
    }
  }

  private record NotBeginning(CodePoints first) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.end();
      moves.on(CodePoints.anyOf(WHITE), this);
      moves.on(first, ANYTHING);
    }
  }

  private static final class Then implements Frame {
    private final Frame first;
    private final Frame then;

    Then(Frame first, Frame then) {
      this.first = first;
      this.then = then;
    }

    @Override
    public void expand(Moves moves) {
      moves.call(first, then);
    }
  }

  private static final class Either implements Frame {
    private final List<Frame> options;

    Either(List<Frame> options) {
      this.options = options;
    }

    @Override
    public void expand(Moves moves) {
      options.forEach(option -> moves.call(option, End.HERE));
    }
  }

  private static final class Several implements Frame {
    private final Frame one;
    private final Frame between;
    private final int most;

    Several(Frame one, Frame between, int most) {
      this.one = one;
      this.between = between;
      this.most = most;
    }

    @Override
    public void expand(Moves moves) {
      moves.call(one, new After(this, 1));
    }

    private record After(Several several, int count) implements Frame {
      @Override
      public void expand(Moves moves) {
        moves.end();
        if (count < several.most) {
          moves.call(several.between, new Then(several.one, new After(several, count + 1)));
        }
      }
    }
  }
}
