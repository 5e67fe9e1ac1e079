package io.wasmchord.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the JDK's own normalizer. */
class CompositionTest {
  @BeforeEach
  void needsUnicode16() {
    int jdk = Runtime.version().feature();
    assumeTrue(jdk == 24 || jdk == 25, "the tables hold Unicode 16, which JDK 24 and 25 have");
  }

  private static void check(String text) {
    String expected = Normalizer.normalize(text, Normalizer.Form.NFC);
    String actual = Composition.of(text);
    if (!expected.equals(actual)) {
      assertArrayEquals(expected.codePoints().toArray(), actual.codePoints().toArray(), text);
    }
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  @Test
  void everyCodePointBetweenOthers() {
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      if (!isSurrogate(cp)) {
        String alone = Character.toString(cp);
        check(alone);
        check("a" + alone + "\u0301");
        check("\u0327" + alone + "\u0300");
        check(Normalizer.normalize(alone, Normalizer.Form.NFD));
      }
    }
  }

  /** All that changes, is changed, or is a mark. */
  private static List<Integer> lively() {
    List<Integer> all = new ArrayList<>();
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      boolean decomposes =
          !isSurrogate(cp) && UnicodeTableGenerator.decomposition(cp).length > 1 && cp < 0xAC00;
      if (decomposes || UnicodeTableGenerator.combiningClass(cp) > 0) {
        all.add(cp);
      }
    }
    for (int cp = 0x10F0; cp < 0x1210; cp++) {
      all.add(cp); // Hangul's letters, and what lies beside them
    }
    all.addAll(List.of((int) 'a', (int) 'A', 0xAC00, 0xAC01, 0xD788, 0x915, 0x9C7, 0x110B9));
    return all;
  }

  @Test
  void randomSequences() {
    List<Integer> lively = lively();
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.appendCodePoint(lively.get(random.nextInt(lively.size())));
      }
      check(text.toString());
      check(Normalizer.normalize(text, Normalizer.Form.NFD));
    }
  }

  @Test
  void whatIsComposedIsLeftAlone() {
    for (String text :
        List.of("", "plain", "caf\u00E9", "\u6771\u4EAC", "\uD55C\uAD6D", "\uD83D\uDE00")) {
      assertSame(text, Composition.of(text));
    }
  }

  /** Marks in the worst order, in runs of doubling length: sorted by counting. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 10, 1 << 13, 1 << 16, 1 << 19})
  void longRunsOfMarks(int length) {
    String text = "a" + "\u0345\u0301\u0327\u0334".repeat(length / 4);
    if (length < 1 << 14) {
      check(text); // the JDK's way takes time that grows as the square
    }
    int quarter = length / 4;
    String sorted =
        "\u0334".repeat(quarter)
            + "\u0327".repeat(quarter)
            + "\u0301".repeat(quarter - 1)
            + "\u0345".repeat(quarter);
    assertEquals("\u00E1" + sorted, Composition.of(text));
  }

  @Test
  void classesAreThoseOfTheJdk() {
    for (int cp = 0; cp <= Character.MAX_CODE_POINT; cp++) {
      if (!isSurrogate(cp)) {
        assertEquals(UnicodeTableGenerator.combiningClass(cp), CombiningMarks.classOf(cp));
      }
    }
  }
}
