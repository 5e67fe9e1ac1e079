package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.CodePoints;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the characters of a string lead. */
public final class LetterMoves {
  record Move(CodePoints set, Letters next) {}

  private final List<Move> moves = new ArrayList<>();

  static LetterMoves of(Letters letters) {
    LetterMoves moves = new LetterMoves();
    letters.letters(moves);
    return moves;
  }

  /** Each of {@code set} leads to {@code next}; no character leads to two places. */
  public void on(CodePoints set, Letters next) {
    if (!set.isEmpty()) {
      moves.add(new Move(set, next));
    }
  }

  List<Move> all() {
    return moves;
  }

  /** Where a character leads, or null. */
  @Nullable Letters next(int codePoint) {
    for (Move move : moves) {
      if (move.set().contains(codePoint)) {
        return move.next();
      }
    }
    return null;
  }

  /** Whether one of {@code set} leads anywhere. */
  boolean any(CodePoints set) {
    return moves.stream().anyMatch(move -> !move.set().and(set).isEmpty());
  }
}
