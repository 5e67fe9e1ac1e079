package io.wasmchord.tokenizer;

import static io.wasmchord.tokenizer.TestVocabularies.pieces;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.errors.InvalidModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UgmTokenizerTest {
  private static final int UNKNOWN = 2;
  private static final List<String> TOKENS =
      List.of(
          "<pad>",
          "</s>",
          "<unk>",
          "\u2581",
          "a",
          "b",
          "ab",
          "aba",
          "\u2581a",
          "\u2581ab",
          "bb",
          "ba\u2581",
          "\uD83E\uDD99",
          "aaaa",
          "USER",
          "a\u2581b");
  private static final int[] TYPES = {3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 5};

  private static float[] scores(long seed) {
    Random random = new Random(seed);
    float[] scores = new float[TOKENS.size()];
    for (int i = 3; i < scores.length; i++) {
      scores[i] = -1 - 9 * random.nextFloat();
    }
    return scores;
  }

  private static Tokenizer tokenizer(float[] scores, boolean prefix, boolean merge) {
    return Tokenizers.of(
        new Vocabulary(
            "t5",
            "",
            TOKENS,
            scores,
            TYPES,
            List.of(),
            new SpecialTokens(-1, 1, -1, -1, UNKNOWN, -1, false, true, false),
            new TextRules(
                prefix,
                merge,
                CharacterMap.of(DoubleArray.of(Map.of("\u00E4", "a", "\t", " "))),
                false,
                false,
                Stripping.NONE)));
  }

  /** The best sum of scores by trying all ways, and the tokens of the first way that has it. */
  private static final class AllWays {
    private final String text;
    private final Map<String, Integer> ids = new HashMap<>();
    private final float[] scores;
    private final double unknownScore;
    private double best = Double.NEGATIVE_INFINITY;
    private List<Integer> tokens = List.of();

    AllWays(String text, float[] scores) {
      this.text = text;
      this.scores = scores;
      double worst = 0;
      for (int id = 3; id < TYPES.length; id++) {
        ids.put(TOKENS.get(id), id);
        worst = TYPES[id] == 1 ? Math.min(worst, scores[id]) : worst;
      }
      unknownScore = worst - 10;
    }

    void from(int at, double sum, List<Integer> before) {
      if (at == text.length()) {
        if (sum > best) {
          best = sum;
          tokens = before;
        }
        return;
      }
      int next = at + Character.charCount(text.codePointAt(at));
      for (int end = at + 1; end <= text.length(); end++) {
        Integer id = ids.get(text.substring(at, end));
        if (id != null) {
          from(end, sum + (TYPES[id] == 4 ? 0 : scores[id]), with(before, id));
        }
      }
      if (!ids.containsKey(text.substring(at, next))) {
        from(next, sum + unknownScore, with(before, UNKNOWN));
      }
    }

    private static List<Integer> with(List<Integer> before, int id) {
      List<Integer> all = new ArrayList<>(before);
      if (id != UNKNOWN || before.isEmpty() || before.getLast() != UNKNOWN) {
        all.add(id);
      }
      return all;
    }
  }

  @Test
  void findsTheBestOfAllWays() {
    Random random = new Random(6);
    String[] parts = {"a", "b", "a", "b", "\u2581", "x", "\uD83E\uDD99"};
    for (int i = 0; i < 3000; i++) {
      float[] scores = scores(i / 10);
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      AllWays all = new AllWays(text.toString(), scores);
      all.from(0, 0, List.of());
      assertArrayEquals(
          all.tokens.stream().mapToInt(t -> t).toArray(),
          tokenizer(scores, false, false).encode(text.toString(), false, false),
          text.toString());
    }
  }

  private static String encode(String text, boolean prefix, boolean merge) {
    float[] scores = new float[TOKENS.size()];
    Arrays.fill(scores, -1);
    Tokenizer t = tokenizer(scores, prefix, merge);
    return pieces(t, t.encode(text, true, false));
  }

  @Test
  void treatsSpacesAsTheModelWants() {
    assertEquals("ab|</s>", encode("ab", false, false));
    assertEquals("\u2581ab|</s>", encode("ab", true, false));
    assertEquals("\u2581ab|</s>", encode("  \u00E4b \t ", true, true));
    assertEquals("\u2581|\u2581ab|\u2581|</s>", encode(" ab ", true, false));
    assertEquals("\u2581a|\u2581ab|</s>", encode("a   ab", false, true));
    assertEquals("</s>", encode("   ", true, true));
    assertEquals("</s>", encode("", true, false));
  }

  @Test
  void unknownNeighboursBecomeOneToken() {
    assertEquals("<unk>|a|<unk>|</s>", encode("xyaz", false, false));
  }

  @Test
  void userDefinedTokensAreTakenFromTheText() {
    assertEquals("a|USER|b|</s>", encode("aUSERb", false, false));
  }

  @Test
  void decodesWithoutTheSpaceThatWasAdded() {
    Tokenizer t = tokenizer(scores(1), true, true);
    assertEquals("ab a", t.decode(t.encode(" ab  a", true, false), false));
  }

  @Test
  void longTextIsCutInOnePass() {
    Tokenizer t = tokenizer(scores(2), false, false);
    for (String unit : List.of("a", "ab", "\u2581", "x", "\u2581a")) {
      String text = unit.repeat((1 << 20) / unit.length());
      String expected = unit.equals("x") ? "" : text.replace('\u2581', ' ');
      assertEquals(expected, t.decode(t.encode(text, false, false), false));
    }
  }

  @Test
  void needsScores() {
    assertThrows(InvalidModelException.class, () -> tokenizer(new float[0], false, false));
    float[] scores = scores(3);
    scores[4] = Float.NEGATIVE_INFINITY;
    assertThrows(InvalidModelException.class, () -> tokenizer(scores, false, false));
  }
}
