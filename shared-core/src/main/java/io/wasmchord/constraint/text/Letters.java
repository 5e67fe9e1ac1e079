package io.wasmchord.constraint.text;

import io.wasmchord.constraint.automaton.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON string, in the characters that it stands for. Immutable; equal places allow the
 * same. From every place the closing quote can be reached.
 */
public interface Letters {
  /** Says where characters lead. */
  void letters(LetterMoves moves);

  /** Where the closing quote leads, or null where it may not come. */
  @Nullable Frame closed();

  /** Whether all characters lead to one place, and so may all be written as {@code \\u}. */
  default boolean alike() {
    return false;
  }
}
