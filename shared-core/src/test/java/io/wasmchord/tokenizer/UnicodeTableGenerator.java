package io.wasmchord.tokenizer;

/**
 * Prints the string constants of {@link UnicodeTable} from this JDK's Unicode data, in the form
 * that {@link UnicodeTable} documents. Run its main method after a JDK upgrade and paste the
 * output.
 */
@SuppressWarnings("EnumOrdinal") // the table is made of ordinals
final class UnicodeTableGenerator {
  private static final int LINE = 110;

  private UnicodeTableGenerator() {}

  public static void main(String[] args) {
    String runs = runs();
    for (int i = 0; i < runs.length(); i += LINE) {
      System.out.println(
          "          + \"" + runs.substring(i, Math.min(runs.length(), i + LINE)) + "\"");
    }
  }

  /** The run-length encoding of every code point's category. */
  static String runs() {
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int cp = 1; cp <= Character.MAX_CODE_POINT + 1; cp++) {
      UnicodeCategory run = category(start);
      if (cp > Character.MAX_CODE_POINT || category(cp) != run) {
        appendNumber(out, (cp - start) * UnicodeCategory.values().length + run.ordinal());
        start = cp;
      }
    }
    return out.toString();
  }

  private static void appendNumber(StringBuilder out, int number) {
    int rest = number;
    for (; rest >= UnicodeTable.PAYLOAD; rest /= UnicodeTable.PAYLOAD) {
      out.append(digit(rest % UnicodeTable.PAYLOAD + UnicodeTable.PAYLOAD));
    }
    out.append(digit(rest));
  }

  private static char digit(int value) {
    char c = (char) (UnicodeTable.ZERO + value);
    return c == '\\' ? UnicodeTable.BACKSLASH_STAND_IN : c;
  }

  /** The category by the JDK's own data. */
  static UnicodeCategory category(int cp) {
    if (isWhiteSpace(cp)) {
      return UnicodeCategory.WHITESPACE;
    }
    return switch (Character.getType(cp)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          UnicodeCategory.LETTER;
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          UnicodeCategory.MARK;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          UnicodeCategory.NUMBER;
      case Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.CONNECTOR_PUNCTUATION,
          Character.OTHER_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION ->
          UnicodeCategory.PUNCTUATION;
      case Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL ->
          UnicodeCategory.SYMBOL;
      default -> UnicodeCategory.OTHER;
    };
  }

  /** Unicode's White_Space property: the separators, and six of the control characters. */
  private static boolean isWhiteSpace(int cp) {
    int type = Character.getType(cp);
    return type == Character.SPACE_SEPARATOR
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || (cp >= 0x09 && cp <= 0x0D)
        || cp == 0x85;
  }
}
