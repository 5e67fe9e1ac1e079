package io.wasmchord.tokenizer.unicode;

/**
 * What tokenizers ask about a code point: Unicode's general categories, in groups, with the
 * White_Space property taken out as a class of its own. The table is ours, so that every platform
 * splits text alike, whatever its own Unicode version.
 */
public enum UnicodeCategory {
  /** {@code \p{Cn}}. */
  UNASSIGNED,
  /** Controls, format characters, surrogates and private use. */
  OTHER,
  /** {@code [\p{Lu}\p{Lt}]}. */
  UPPERCASE,
  /** {@code \p{Ll}}. */
  LOWERCASE,
  /** {@code [\p{Lm}\p{Lo}]}: letters that have no case. */
  CASELESS,
  /** {@code \p{Mn}}: accents and other marks that take no space of their own. */
  NONSPACING_MARK,
  /** {@code [\p{Mc}\p{Me}]}. */
  OTHER_MARK,
  /** {@code \p{N}}. */
  NUMBER,
  /** {@code \p{P}}. */
  PUNCTUATION,
  /** {@code \p{S}}. */
  SYMBOL,
  /** {@code \s}: Unicode's White_Space property. */
  WHITESPACE;

  /** The category of {@code codePoint}; {@link #OTHER} where it is not a Unicode code point. */
  public static UnicodeCategory of(int codePoint) {
    return UnicodeTable.category(codePoint);
  }

  /** {@code \p{L}}. */
  public boolean isLetter() {
    return this == LOWERCASE || this == UPPERCASE || this == CASELESS;
  }

  /** {@code \p{M}}. */
  public boolean isMark() {
    return this == NONSPACING_MARK || this == OTHER_MARK;
  }
}
