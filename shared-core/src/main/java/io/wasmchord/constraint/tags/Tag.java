package io.wasmchord.constraint.tags;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.errors.InvalidRequestException;

/**
 * A constrained part of a text.
 *
 * @param begin how it begins
 * @param content what is in it
 * @param end how it ends; may be empty
 */
public record Tag(String begin, Frame content, String end) {
  public Tag {
    if (begin.isEmpty()) {
      throw new InvalidRequestException("a tag begins with nothing; it needs a text to begin with");
    }
  }
}
