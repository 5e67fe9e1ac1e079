package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text, work grows with its length: steps are counted, not timed. */
class TokenizerWorkTest {
  private static final int LENGTH = 30_000;

  /** Looks at characters, for each one of the text, over all stages of a pre-tokenizer. */
  private static final int LOOKS = 20;

  private static final class CountingText extends CodePoints {
    private long looks;

    CountingText(String text) {
      super(text);
    }

    @Override
    public int at(int index) {
      looks++;
      return super.at(index);
    }

    @Override
    public UnicodeCategory category(int index) {
      looks++;
      return super.category(index);
    }
  }

  static List<String> preTokenizers() {
    return PreTokenizer.names();
  }

  private static List<String> units() {
    return List.of(
        "a",
        "A",
        "\u4E2D",
        "\u0301",
        "1",
        " ",
        "\n",
        "!",
        "'",
        "\u0001",
        "\u0378",
        " \n",
        " \t ",
        "\u4E2DA",
        "A\u0301",
        "\u0301AAAA",
        "'r",
        " !",
        "!\n",
        "1 ",
        "12a",
        "a1b ",
        "\r\n  ",
        "(|",
        "aB",
        "  a",
        "\u3042\u30A2",
        "\u0001\u00011",
        "/\n",
        "$=",
        "123_",
        "a b",
        "\u3007!",
        "\uAC00\u3105");
  }

  @ParameterizedTest
  @MethodSource("preTokenizers")
  void cuttingLooksAtEachCharacterAFewTimes(String name) {
    PreTokenizer preTokenizer = PreTokenizer.named(name);
    for (String unit : units()) {
      countLooks(preTokenizer, unit, unit.repeat(LENGTH / unit.length()));
      countLooks(preTokenizer, unit + "...x", unit.repeat(LENGTH / unit.length()) + "x");
    }
    byte[] random = new byte[LENGTH];
    new Random(9).nextBytes(random);
    countLooks(preTokenizer, "random", new String(random, StandardCharsets.UTF_8));
    countLooks(preTokenizer, "mixed", RandomText.repaired(new RandomText(4).next(LENGTH)));
  }

  private static void countLooks(PreTokenizer preTokenizer, String what, String text) {
    CountingText counting = new CountingText(text);
    int[] end = {0};
    preTokenizer.split(
        counting,
        (from, to) -> {
          assertEquals(end[0], from);
          assertTrue(to > from);
          end[0] = to;
        });
    assertEquals(counting.size(), end[0]);
    assertTrue(
        counting.looks <= (long) LOOKS * counting.size(),
        () -> what + ": " + counting.looks + " looks at " + counting.size() + " characters");
  }

  /** Joins equal numbers to their sum, as far as a limit: many joins of every kind. */
  private static final class CountingMerger extends PairMerger {
    private final int[] values;
    private final int limit;
    private long asked;

    CountingMerger(int[] values, int limit) {
      this.values = values;
      this.limit = limit;
    }

    @Override
    int key(int left, int right) {
      asked++;
      int sum = values[left] + values[right];
      return sum > limit ? NEVER : Integer.reverse(sum) >>> 1;
    }

    @Override
    void join(int left, int right) {
      values[left] += values[right];
    }
  }

  @Test
  void joiningAsksForEachSymbolAtMostThreeKeys() {
    for (int limit : new int[] {2, 3, 64, Integer.MAX_VALUE - 1}) {
      int[] values = new int[LENGTH];
      Arrays.fill(values, 1);
      CountingMerger merger = new CountingMerger(values, limit);
      merger.joinAll(LENGTH);
      assertTrue(merger.asked <= 3L * LENGTH, () -> limit + ": " + merger.asked);
      int sum = 0;
      for (int symbol = 0; symbol >= 0; symbol = merger.next(symbol)) {
        sum += values[symbol];
      }
      assertEquals(LENGTH, sum);
    }
  }
}
