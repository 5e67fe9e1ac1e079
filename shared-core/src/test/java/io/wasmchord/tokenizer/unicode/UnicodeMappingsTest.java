package io.wasmchord.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnicodeMappingsTest {
  @BeforeEach
  void needsUnicode16() {
    int jdk = Runtime.version().feature();
    assumeTrue(jdk == 24 || jdk == 25, "the tables hold Unicode 16, which JDK 24 and 25 have");
  }

  @Test
  void lowerCaseAgreesWithTheJdkOnEveryCodePoint() {
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      if (UnicodeMappings.lowerCase(cp) != Character.toLowerCase(cp)) {
        assertEquals(
            Character.toLowerCase(cp),
            UnicodeMappings.lowerCase(cp),
            "U+" + Integer.toHexString(cp));
      }
    }
  }

  @Test
  void decompositionAgreesWithTheJdkOnEveryCodePoint() {
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      IntList parts = new IntList();
      UnicodeMappings.decompose(cp, parts);
      assertArrayEquals(UnicodeTableGenerator.decomposition(cp), parts.toArray());
    }
  }
}
