package io.wasmchord.tokenizer;

import java.util.Random;

/** Random texts of what tokenizers get wrong, with lone surrogates among it. */
final class RandomText {
  private static final String[] SEQUENCES = {
    "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", // a family, of joined emoji
    "\uD83D\uDC4D\uD83C\uDFFD", // skin tone
    "\uD83C\uDDEF\uD83C\uDDF5", // flag
    "\u2764\uFE0F",
    "1\uFE0F\u20E3", // keycap
    "e\u0301\u0323",
    "\u1112\u1161\u11AB",
    "\u0928\u092E\u0938\u094D\u0924\u0947",
    "\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD",
    "\u202B\u0645\u0631\u062D\u0628\u0627\u202C",
    "\u0627\u0644\u0652\u0639\u064E",
    "'s",
    "'LL",
    "\r\n",
    "  \t",
    "<|im_end|>",
  };

  private final Random random;

  RandomText(long seed) {
    random = new Random(seed);
  }

  /** A text of up to {@code parts} parts. */
  String next(int parts) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(parts + 1); n > 0; n--) {
      switch (random.nextInt(8)) {
        case 0 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        case 1 -> text.append(SEQUENCES[random.nextInt(SEQUENCES.length)]);
        case 2 -> text.appendCodePoint(0x1F300 + random.nextInt(0x400));
        case 3 -> text.appendCodePoint(0x300 + random.nextInt(0x70));
        case 4 -> text.appendCodePoint(0x590 + random.nextInt(0x1C0));
        case 5 -> text.append((char) (Character.MIN_SURROGATE + random.nextInt(0x800)));
        default -> text.append((char) random.nextInt(128));
      }
    }
    return text.toString();
  }

  /** {@code text} as it comes back: U+FFFD in the place of surrogates that have no partner. */
  static String repaired(String text) {
    StringBuilder valid = new StringBuilder();
    text.codePoints()
        .forEach(c ->
            valid.appendCodePoint(
                c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c));
    return valid.toString();
  }
}
