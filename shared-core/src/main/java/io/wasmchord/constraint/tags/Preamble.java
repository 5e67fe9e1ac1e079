package io.wasmchord.constraint.tags;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Free text up to an end that must come, then something else: reasoning before an answer.
 *
 * @param end how the free text ends
 * @param read its end, as far as {@code end} begins with it
 * @param then what follows after whitespace
 */
public record Preamble(String end, String read, Frame then) implements Frame {
  /** {@code then} after text that has begun already. */
  public static Frame begun(String end, Frame then) {
    return new Preamble(end, "", Frames.inOrder(Frames.BLANK, then));
  }

  /** {@code then}, perhaps after text between {@code start} and {@code end}. */
  public static Frame perhaps(String start, String end, Frame then) {
    return new Start(start, begun(end, then), then);
  }

  @Override
  public void expand(Moves moves) {
    if (!read.isEmpty() && end.codePointAt(0) == CodePoints.CONTROL) {
      String next = CodePoints.text(end.codePointAt(read.length()));
      String all = read + next; // no other control token comes
      moves.on(next.codePointAt(0), all.equals(end) ? then : new Preamble(end, all, then));
      return;
    }
    Set<Integer> letters = new LinkedHashSet<>();
    end.codePoints().forEach(letters::add);
    CodePoints rest = CodePoints.ALL;
    for (int letter : letters) {
      rest = rest.minus(CodePoints.of(letter));
      String all = read + CodePoints.text(letter);
      moves.on(letter, all.endsWith(end) ? then : new Preamble(end, seen(all), then));
    }
    moves.on(rest, new Preamble(end, "", then));
  }

  private String seen(String all) {
    for (int i = 0; i < all.length(); i++) {
      if (end.startsWith(all.substring(i))) {
        return all.substring(i);
      }
    }
    return "";
  }

  /** A text's beginning, or what comes without it. */
  private record Start(String text, Frame inside, Frame without) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.call(new Fixed(text, 0, inside), End.HERE);
      moves.call(without, End.HERE);
    }
  }
}
