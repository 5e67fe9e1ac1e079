package io.wasmchord.errors;

/** A grammar or a pattern that cannot be read; it says where. */
public final class InvalidGrammarException extends ChordException {
  private final int line;
  private final int column;

  /**
   * @param line from 1
   * @param column from 1, in UTF-16 units
   */
  public InvalidGrammarException(int line, int column, String message) {
    super("invalid_grammar", "line " + line + ", column " + column + ": " + message);
    this.line = line;
    this.column = column;
  }

  /** The line, from 1. */
  public int line() {
    return line;
  }

  /** The column, from 1. */
  public int column() {
    return column;
  }
}
