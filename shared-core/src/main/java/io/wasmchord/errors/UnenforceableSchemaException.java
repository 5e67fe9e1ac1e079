package io.wasmchord.errors;

/** A JSON schema with a keyword that output cannot be held to. */
public final class UnenforceableSchemaException extends ChordException {
  private final String keyword;
  private final String pointer;

  /**
   * @param keyword as the schema has it
   * @param pointer a JSON pointer to the schema that has the keyword
   * @param reason why, and what to do
   */
  public UnenforceableSchemaException(String keyword, String pointer, String reason) {
    super("unenforceable_schema", "'" + keyword + "' at '#" + pointer + "': " + reason);
    this.keyword = keyword;
    this.pointer = pointer;
  }

  /** The keyword. */
  public String keyword() {
    return keyword;
  }

  /** Where it stands: a JSON pointer to the schema that has it, empty for the whole. */
  public String pointer() {
    return pointer;
  }
}
