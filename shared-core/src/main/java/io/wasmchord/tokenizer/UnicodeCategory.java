package io.wasmchord.tokenizer;

/**
 * What pre-tokenizers ask about a code point: the major classes of Unicode's general category, with
 * the White_Space property taken out as a class of its own. The table is ours, so that every
 * platform splits text alike, whatever its own Unicode version.
 */
enum UnicodeCategory {
  /** Controls, format characters, surrogates, private use and unassigned code points. */
  OTHER,
  /** {@code \p{L}}. */
  LETTER,
  /** {@code \p{M}}. */
  MARK,
  /** {@code \p{N}}. */
  NUMBER,
  /** {@code \p{P}}. */
  PUNCTUATION,
  /** {@code \p{S}}. */
  SYMBOL,
  /** {@code \s}: Unicode's White_Space property. */
  WHITESPACE;

  /** The category of {@code codePoint}; {@link #OTHER} where it is not a Unicode code point. */
  static UnicodeCategory of(int codePoint) {
    return UnicodeTable.category(codePoint);
  }
}
