package io.wasmchord.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UnicodeCategoryTest {
  @Test
  void agreesWithTheJdkOnEveryCodePoint() {
    int jdk = Runtime.version().feature();
    assumeTrue(jdk == 24 || jdk == 25, "the table holds Unicode 16, which JDK 24 and 25 have");
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      if (UnicodeCategory.of(cp) != UnicodeTableGenerator.category(cp)) {
        assertEquals(
            UnicodeTableGenerator.category(cp),
            UnicodeCategory.of(cp),
            "U+" + Integer.toHexString(cp));
      }
    }
  }

  /** Characters that came with one version or another, so that any JDK can run this. */
  @Test
  void isOfUnicode16() {
    Map<Integer, UnicodeCategory> since16 =
        Map.of(
            0x0897, UnicodeCategory.NONSPACING_MARK,
            0x1C89, UnicodeCategory.UPPERCASE,
            0x1C8A, UnicodeCategory.LOWERCASE,
            0x10D40, UnicodeCategory.NUMBER,
            0x10D50, UnicodeCategory.UPPERCASE,
            0x1CCF0, UnicodeCategory.NUMBER,
            0x1E5D0, UnicodeCategory.CASELESS,
            0x1E5FF, UnicodeCategory.PUNCTUATION);
    since16.forEach((cp, category) -> assertEquals(category, UnicodeCategory.of(cp)));
    assertEquals(UnicodeCategory.SYMBOL, UnicodeCategory.of(0x2FFC), "since 15.1");
    assertEquals(UnicodeCategory.CASELESS, UnicodeCategory.of(0x31350), "since 15");
    for (int since17 : new int[] {0x088F, 0x20C1, 0xA7CE, 0x1E6C0}) {
      assertEquals(UnicodeCategory.UNASSIGNED, UnicodeCategory.of(since17));
    }
  }

  @Test
  void isOtherOutsideUnicode() {
    assertEquals(UnicodeCategory.OTHER, UnicodeCategory.of(-1));
    assertEquals(UnicodeCategory.OTHER, UnicodeCategory.of(Character.MAX_CODE_POINT + 1));
  }

  @Test
  void knowsTheWhiteSpaceThatIsNoSpaceSeparator() {
    for (int cp : new int[] {'\t', '\n', 0x0B, '\f', '\r', 0x85, 0x2028, 0x2029, 0xA0, 0x3000}) {
      assertEquals(UnicodeCategory.WHITESPACE, UnicodeCategory.of(cp));
    }
    assertEquals(
        UnicodeCategory.OTHER, UnicodeCategory.of(0x200B), "zero width space is not White_Space");
  }
}
