package io.wasmchord.tokenizer.pretokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class CodePointSetsTest {
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
}
