package io.wasmchord.tokenizer;

/**
 * What is done to a text before it becomes tokens.
 *
 * @param addSpacePrefix whether a space is put before a text ({@code llama}, {@code t5})
 * @param mergeSpaces whether spaces before words become one, and those at the end none ({@code t5})
 * @param characters what characters become ({@code t5})
 * @param lowercase whether letters lose their case ({@code bert}, {@code whitespace})
 * @param stripAccents whether letters lose their accents ({@code bert})
 * @param composed whether characters that can be one become one, Unicode's NFC ({@code gpt2})
 * @param stripping which white space beside special tokens is dropped
 */
public record TextRules(
    boolean addSpacePrefix,
    boolean mergeSpaces,
    CharacterMap characters,
    boolean lowercase,
    boolean stripAccents,
    boolean composed,
    Stripping stripping) {
  /** The text as it is. */
  public static final TextRules NONE = new TextRules(false, false, false, Stripping.NONE);

  /** Without what only {@code gpt2} has. */
  TextRules(
      boolean addSpacePrefix,
      boolean mergeSpaces,
      CharacterMap characters,
      boolean lowercase,
      boolean stripAccents,
      Stripping stripping) {
    this(addSpacePrefix, mergeSpaces, characters, lowercase, stripAccents, false, stripping);
  }

  /** Without what only {@code t5} and {@code gpt2} have. */
  TextRules(boolean addSpacePrefix, boolean lowercase, boolean stripAccents, Stripping stripping) {
    this(addSpacePrefix, false, CharacterMap.NONE, lowercase, stripAccents, stripping);
  }
}
