package io.wasmchord.tokenizer;

/** GGUF's kinds of token, by the number in {@code tokenizer.ggml.token_type}. */
enum TokenType {
  UNDEFINED,
  NORMAL,
  UNKNOWN,
  CONTROL,
  USER_DEFINED,
  UNUSED,
  BYTE;

  private static final TokenType[] BY_NUMBER = values();

  /**
   * The type with GGUF's {@code number}; {@link #UNDEFINED} for a number that GGUF does not define.
   */
  static TokenType of(int number) {
    return number < 0 || number >= BY_NUMBER.length ? UNDEFINED : BY_NUMBER[number];
  }

  /**
   * Whether the token stands for something other than its text: it is never made from plain text.
   */
  boolean isReserved() {
    return this == UNKNOWN || this == CONTROL || this == BYTE;
  }
}
