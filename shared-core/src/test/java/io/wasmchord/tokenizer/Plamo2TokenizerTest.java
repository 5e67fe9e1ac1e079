package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Plamo2TokenizerTest {
  private static final int FIRST = 260;
  private static final String[] PIECES = {"a", "b", "ab", "ba", "abb", "bab", "aabb", "c "};
  private static final float[] SCORES = {-2, -2, -3.5f, -4, -4, -5.5f, -7, -1};

  private static Vocabulary vocabulary(String[] pieces, float[] scores) {
    List<String> tokens =
        new ArrayList<>(
            List.of("<|plamo:unk|>", "<|plamo:bos|>", "<|plamo:eos|>", "<|plamo:pad|>"));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    tokens.addAll(List.of(pieces));
    int[] types = new int[tokens.size()];
    float[] all = new float[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id == 0 ? 2 : id < 4 ? 3 : id < FIRST ? 6 : 1;
      all[id] = id < FIRST ? 0 : scores[id - FIRST];
    }
    return new Vocabulary(
        "plamo2",
        "",
        tokens,
        all,
        types,
        List.of(),
        new SpecialTokens(1, 2, -1, -1, 0, -1, false, false, false),
        TextRules.NONE);
  }

  private static Tokenizer tokenizer() {
    return Tokenizers.of(vocabulary(PIECES, SCORES));
  }

  private static String encode(Tokenizer t, String text) {
    return TestVocabularies.pieces(t, t.encode(text, false, false));
  }

  /** The most that the scores of tokens that spell {@code text} add up to. */
  private static double best(String text) {
    double most = text.isEmpty() ? 0 : Double.NEGATIVE_INFINITY;
    for (int i = 0; i < PIECES.length; i++) {
      if (text.startsWith(PIECES[i])) {
        most = Math.max(most, SCORES[i] + best(text.substring(PIECES[i].length())));
      }
    }
    return most;
  }

  @Test
  void noOtherWayHasABetterScore() {
    Tokenizer t = tokenizer();
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(9); n >= 0; n--) {
        text.append("ab".charAt(random.nextInt(2)));
      }
      double sum = 0;
      for (int id : t.encode(text.toString(), false, false)) {
        sum += SCORES[id - FIRST];
      }
      assertEquals(best(text.toString()), sum, text.toString());
    }
  }

  @Test
  void theLongestIsFirstAmongEquals() {
    String[] pieces = {"a", "b", "ab", "abab"};
    Tokenizer t = Tokenizers.of(vocabulary(pieces, new float[] {-1, -1, -2, -4}));
    assertEquals("abab|a", encode(t, "ababa"));
    Tokenizer nearly = Tokenizers.of(vocabulary(pieces, new float[] {-1, -1, -2, -4.0002f}));
    assertEquals("ab|ab|a", encode(nearly, "ababa"));
  }

  @Test
  void charactersWithoutTokensBecomeTheirBytes() {
    Tokenizer t = tokenizer();
    assertEquals("c |<0xE4>|<0xB8>|<0xAD>|ab", encode(t, "c \u4E2Dab"));
    assertEquals("<0xF0>|<0x9F>|<0x98>|<0x80>", encode(t, "\uD83D\uDE00"));
    assertEquals(
        "c \u4E2Dab\uD83D\uDE00", t.decode(t.encode("c \u4E2Dab\uD83D\uDE00", false, true), false));
  }

  @Test
  void aTokenWorseThanMinusTwoThousandIsNotTaken() {
    String[] pieces = {"ab"};
    for (float score :
        new float[] {-2000, -3e38f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      Tokenizer t = Tokenizers.of(vocabulary(pieces, new float[] {score}));
      assertEquals("<0x61>|<0x62>", encode(t, "ab"));
    }
    assertEquals("ab", encode(Tokenizers.of(vocabulary(pieces, new float[] {-1999})), "ab"));
  }

  @Test
  void aMarkOfByteOrderAtTheStartIsLeftOut() {
    Tokenizer t = tokenizer();
    assertEquals("ab", encode(t, "\uFEFFab"));
    assertEquals(0, t.encode("\uFEFF", false, false).length);
    assertEquals("ab|<0xEF>|<0xBB>|<0xBF>", encode(t, "ab\uFEFF"));
  }

  @Test
  void plainTextIsNoControlToken() {
    Tokenizer t = tokenizer();
    assertArrayEquals(new int[] {1}, t.encode("<|plamo:bos|>", false, true));
    assertTrue(t.encode("<|plamo:bos|>", false, false).length > 1);
  }

  @Test
  void refusesAFileWithoutScoresOrWithoutAByte() {
    Vocabulary v = vocabulary(PIECES, SCORES);
    assertThrows(InvalidModelException.class, () -> Tokenizers.of(with(v.tokens(), new float[0])));
    List<String> tokens = new ArrayList<>(v.tokens());
    tokens.set(100, "x");
    String message =
        String.valueOf(
            assertThrows(InvalidModelException.class, () -> Tokenizers.of(with(tokens, v.scores())))
                .getMessage());
    assertTrue(message.contains("<0x60>"), message);
  }

  private static Vocabulary with(List<String> tokens, float[] scores) {
    return new Vocabulary(
        "plamo2", "", tokens, scores, new int[0], List.of(), SpecialTokens.NONE, TextRules.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab", "aabb", "\u4E2D", "\uD83D\uDE00", " "})
  void longTextComesBack(String unit) {
    String[] pieces = {"a", "a".repeat(1000), "ab", "abab"};
    Tokenizer t = Tokenizers.of(vocabulary(pieces, new float[] {-1, -5, -1, -1}));
    String text = unit.repeat(300_000 / unit.length());
    assertEquals(text, t.decode(t.encode(text, false, false), false));
  }
}
