package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

  @Test
  void setsAgreeWithTheJdkOnEveryCodePoint() {
    int jdk = Runtime.version().feature();
    assumeTrue(jdk == 24 || jdk == 25, "the sets hold Unicode 16, which JDK 24 and 25 have");
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      String name = "U+" + Integer.toHexString(cp);
      int type = Character.getType(cp);
      boolean han = Character.UnicodeScript.of(cp) == Character.UnicodeScript.HAN;
      assertEquals(han, CodePointSets.HAN.test(cp), name);
      assertEquals(type == Character.DECIMAL_DIGIT_NUMBER, CodePointSets.DIGIT.test(cp), name);
      assertEquals(type == Character.CONNECTOR_PUNCTUATION, CodePointSets.CONNECTOR.test(cp), name);
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
