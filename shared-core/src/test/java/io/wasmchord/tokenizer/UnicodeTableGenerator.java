package io.wasmchord.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * Prints the string constants of {@link UnicodeTable} and {@link UnicodeMappings} from this JDK's
 * Unicode data, in the forms that these document. Run its main method after a JDK upgrade and paste
 * the output.
 */
@SuppressWarnings("EnumOrdinal") // the table is made of ordinals
final class UnicodeTableGenerator {
  private static final int LINE = 110;

  private UnicodeTableGenerator() {}

  public static void main(String[] args) {
    print("RUNS", runs());
    print("LOWER_CASE", lowerCase());
    print("DECOMPOSITIONS", decompositions());
  }

  private static void print(String name, String table) {
    System.out.println(name);
    for (int i = 0; i < table.length(); i += LINE) {
      System.out.println(
          "          + \"" + table.substring(i, Math.min(table.length(), i + LINE)) + "\"");
    }
  }

  /** The run-length encoding of every code point's category. */
  private static String runs() {
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int cp = 1; cp <= Character.MAX_CODE_POINT + 1; cp++) {
      UnicodeCategory run = category(start);
      if (cp > Character.MAX_CODE_POINT || category(cp) != run) {
        append(out, (cp - start) * UnicodeCategory.values().length + run.ordinal());
        start = cp;
      }
    }
    return out.toString();
  }

  private static String lowerCase() {
    StringBuilder out = new StringBuilder();
    int before = 0;
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      int distance = distance(cp);
      if (distance == 0) {
        continue;
      }
      int step = distance(cp + 1) == distance ? 1 : 2;
      int last = cp;
      while (distance(last + step) == distance && (step == 1 || distance(last + 1) == 0)) {
        last += step;
      }
      append(out, cp - before);
      append(out, (last - cp) / step + 1);
      append(out, step);
      appendSigned(out, distance);
      before = last;
      cp = last;
    }
    return out.toString();
  }

  private static int distance(int cp) {
    return Character.toLowerCase(cp) - cp;
  }

  private static String decompositions() {
    StringBuilder out = new StringBuilder();
    int before = 0;
    int lastPart = 0;
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      int[] parts = decomposition(cp);
      if (isHangulSyllable(cp) || Arrays.equals(parts, new int[] {cp})) {
        continue;
      }
      append(out, cp - before);
      append(out, parts.length);
      for (int part : parts) {
        appendSigned(out, part - lastPart);
        lastPart = part;
      }
      before = cp;
    }
    return out.toString();
  }

  private static boolean isHangulSyllable(int cp) {
    return cp >= 0xAC00 && cp <= 0xD7A3;
  }

  /** The full canonical decomposition by the JDK's own data. */
  static int[] decomposition(int cp) {
    return Normalizer.normalize(Character.toString(cp), Normalizer.Form.NFD).codePoints().toArray();
  }

  private static void appendSigned(StringBuilder out, int number) {
    append(out, number << 1 ^ number >> 31);
  }

  private static void append(StringBuilder out, int number) {
    int rest = number;
    for (; rest >= PackedNumbers.PAYLOAD; rest /= PackedNumbers.PAYLOAD) {
      out.append(digit(rest % PackedNumbers.PAYLOAD + PackedNumbers.PAYLOAD));
    }
    out.append(digit(rest));
  }

  private static char digit(int value) {
    char c = (char) (PackedNumbers.ZERO + value);
    return c == '\\' ? PackedNumbers.BACKSLASH_STAND_IN : c;
  }

  /** The category by the JDK's own data. */
  static UnicodeCategory category(int cp) {
    if (isWhiteSpace(cp)) {
      return UnicodeCategory.WHITESPACE;
    }
    return switch (Character.getType(cp)) {
      case Character.UNASSIGNED -> UnicodeCategory.UNASSIGNED;
      case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UnicodeCategory.UPPERCASE;
      case Character.LOWERCASE_LETTER -> UnicodeCategory.LOWERCASE;
      case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> UnicodeCategory.CASELESS;
      case Character.NON_SPACING_MARK -> UnicodeCategory.NONSPACING_MARK;
      case Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> UnicodeCategory.OTHER_MARK;
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
