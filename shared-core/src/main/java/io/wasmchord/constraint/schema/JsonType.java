package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.regex.DfaFrame;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.text.FreeLetters;
import io.wasmchord.constraint.text.Letters;
import io.wasmchord.constraint.text.Notation;
import io.wasmchord.constraint.text.PatternLetters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values that a formula allows, and how they are written. */
final class JsonType implements Frame {
  private final int id;
  private final Dfa scalars; // null, true, false and numbers
  private final List<Strings> strings;
  private final Notation notation;
  private List<ArrayShape> arrays = List.of();
  private List<ObjectShape> objects = List.of();
  private boolean possible;

  JsonType(int id, Dfa scalars, List<Strings> strings, Notation notation) {
    this.id = id;
    this.scalars = scalars;
    this.strings = strings;
    this.notation = notation;
    this.possible = !scalars.isEmpty() || !strings.isEmpty();
  }

  void contain(List<ArrayShape> arrayShapes, List<ObjectShape> objectShapes) {
    arrays = arrayShapes;
    objects = objectShapes;
  }

  /** Whether there is a value, as far as is known. */
  boolean isPossible() {
    return possible;
  }

  /** Looks again; returns whether a value was found that was not known. */
  boolean becomesPossible() {
    if (possible) {
      return false;
    }
    possible =
        arrays.stream().anyMatch(ArrayShape::isPossible)
            || objects.stream().anyMatch(ObjectShape::isPossible);
    return possible;
  }

  /** Leaves out what has no value. */
  void settle() {
    arrays = arrays.stream().filter(ArrayShape::isPossible).toList();
    objects = objects.stream().filter(ObjectShape::isPossible).toList();
  }

  @Override
  public void expand(Moves moves) {
    if (!scalars.isEmpty()) {
      moves.call(new DfaFrame(scalars, 0), End.HERE);
    }
    strings.forEach(each -> moves.call(new Quote(each, notation), End.HERE));
    arrays.forEach(each -> moves.call(each, End.HERE));
    objects.forEach(each -> moves.call(each, End.HERE));
  }

  /** Before a string. */
  private record Quote(Strings strings, Notation notation) implements Frame {
    @Override
    public void expand(Moves moves) {
      Letters letters =
          strings.texts().isAll()
              ? new FreeLetters(0, strings.least(), strings.most())
              : new PatternLetters(strings.dfa(), 0);
      String opening = notation.opening();
      int first = opening.codePointAt(0);
      Frame rest = Frames.text(opening.substring(Character.charCount(first)));
      moves.on(first, Frames.inOrder(rest, notation.text(letters)));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return id;
  }
}
