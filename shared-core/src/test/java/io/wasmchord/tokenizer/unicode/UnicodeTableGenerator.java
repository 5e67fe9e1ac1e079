package io.wasmchord.tokenizer.unicode;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * Prints the string constants of {@link UnicodeTable} and {@link UnicodeMappings} from this JDK's
 * Unicode data, in the forms that these document. Run its main method after a JDK upgrade and paste
 * the output.
 */
@SuppressWarnings("EnumOrdinal") // the table is made of ordinals
public final class UnicodeTableGenerator {
  private static final int LINE = 110;

  /** A mark of each canonical combining class, in the order of these. */
  private static final int[] MARKS = {
    0x0334, 0x16FF0, 0x093C, 0x3099, 0x094D, 0x05B0, 0x05B1, 0x05B2, 0x05B3,
    0x05B4, 0x05B5, 0x05B6, 0x05B7, 0x05B8, 0x05B9, 0x05BB, 0x05BC, 0x05BD,
    0x05BF, 0x05C1, 0x05C2, 0xFB1E, 0x064B, 0x064C, 0x064D, 0x0618, 0x0619,
    0x061A, 0x0651, 0x0652, 0x0670, 0x0711, 0x0C55, 0x0C56, 0x0E38, 0x0E48,
    0x0EB8, 0x0EC8, 0x0F71, 0x0F72, 0x0F74, 0x0321, 0x1DCE, 0x031B, 0x1DFA,
    0x0316, 0x059A, 0x302E, 0x1D16D, 0x05AE, 0x0300, 0x0315, 0x035C, 0x035D,
    0x0345
  };

  private static final int GREATEST = 0x345; // the only mark of the last class

  private UnicodeTableGenerator() {}

  public static void main(String[] args) {
    print("RUNS", runs());
    print("LOWER_CASE", lowerCase());
    print("DECOMPOSITIONS", decompositions());
    print("CLASSES", classes());
    print("DECOMPOSED", decomposed());
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

  private static String classes() {
    StringBuilder out = new StringBuilder();
    int before = 0;
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      int rank = combiningClass(cp);
      if (rank == 0) {
        continue;
      }
      int last = cp;
      while (combiningClass(last + 1) == rank) {
        last++;
      }
      append(out, cp - before);
      append(out, last - cp + 1);
      append(out, rank);
      before = last;
      cp = last;
    }
    return out.toString();
  }

  /**
   * The place of the canonical combining class among all, which the JDK's normalizer shows by what
   * it puts in order; 0 is class 0.
   */
  static int combiningClass(int cp) {
    if (cp == GREATEST) {
      return MARKS.length;
    }
    if (!swaps(GREATEST, cp)) {
      return 0;
    }
    for (int rank = 1; rank < MARKS.length; rank++) {
      if (!swaps(MARKS[rank - 1], cp) && !swaps(cp, MARKS[rank - 1])) {
        return rank;
      }
    }
    throw new IllegalStateException("no class for " + Integer.toHexString(cp));
  }

  /** Whether two marks change their places; what decomposes is no mark here. */
  private static boolean swaps(int first, int second) {
    int[] normal =
        Normalizer.normalize(text(first, second), Normalizer.Form.NFD).codePoints().toArray();
    return Arrays.equals(normal, new int[] {second, first}) && first != second;
  }

  private static String text(int... codePoints) {
    return new String(codePoints, 0, codePoints.length);
  }

  private static String decomposed() {
    StringBuilder out = new StringBuilder();
    int before = 0;
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      if (decomposition(cp).length > 1
          && !Normalizer.normalize(text(cp), Normalizer.Form.NFC).equals(text(cp))) {
        append(out, cp - before);
        before = cp;
      }
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
  public static UnicodeCategory category(int cp) {
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
