package io.wasmchord.errors;

/** A schema, grammar or pattern that would take more time or memory than one may. */
public final class ConstraintLimitException extends ChordException {
  public ConstraintLimitException(String message) {
    super("constraint_too_large", message);
  }
}
