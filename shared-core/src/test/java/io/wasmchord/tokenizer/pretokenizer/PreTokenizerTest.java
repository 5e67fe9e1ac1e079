package io.wasmchord.tokenizer.pretokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import io.wasmchord.tokenizer.unicode.UnicodeTableGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The scanners against the regular expressions that they stand for, which the JDK can run. */
class PreTokenizerTest {
  private static final int[] ALPHABET =
      ("aaZsStTrReEvVmMlLdD'''/  \u00A0\t\n\n\r\u00E9\u00C9\u01C5\u02B0\u4E2D\u3042\u0301\u0903\u20DD\u0967\u00B2 0123456789.,!?$+`_-\uFF01\u2019\u3000(|)\u2026\u3002\u0964\u3007\u2E80\u3001\uAC00\u3131\u3105\u30A2"
              + "\uD83E\uDD99\u200D\uFE0F\u0010\u0378")
          .codePoints()
          .toArray();

  static List<String> names() {
    return PreTokenizer.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void cutsRandomTextAsTheExpressionsDo(String name) {
    List<Pattern> patterns =
        PublishedExpressions.of(name).stream().map(r -> Pattern.compile("(?U)" + r)).toList();
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--) {
        append(text, random);
      }
      List<String> expected = List.of(text.toString());
      for (Pattern pattern : patterns) {
        expected = cut(pattern, expected);
      }
      assertEquals(expected, pieces(name, text.toString()));
    }
  }

  /** A character that expressions name, or now and then any, or a run of spaces or digits. */
  private static void append(StringBuilder text, Random random) {
    switch (random.nextInt(24)) {
      case 0 -> text.appendCodePoint(any(random, Character.MAX_CODE_POINT));
      case 1 -> text.appendCodePoint(any(random, 0x3200));
      case 2 -> text.append(" ".repeat(1 + random.nextInt(9)));
      case 3 -> text.append("1".repeat(1 + random.nextInt(9)));
      default ->
          text.appendCodePoint(ALPHABET[random.nextInt(1 + random.nextInt(ALPHABET.length))]);
    }
  }

  /**
   * A code point up to {@code last} that our table and the JDK's, of whatever version, agree on.
   */
  private static int any(Random random, int last) {
    while (true) {
      int c = random.nextInt(last + 1);
      UnicodeCategory category = UnicodeCategory.of(c);
      if ((c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
          && category != UnicodeCategory.UNASSIGNED
          && category == UnicodeTableGenerator.category(c)) {
        return c;
      }
    }
  }

  private static List<String> cut(Pattern pattern, List<String> texts) {
    List<String> pieces = new ArrayList<>();
    for (String text : texts) {
      int end = 0;
      for (Matcher matcher = pattern.matcher(text); matcher.find(); end = matcher.end()) {
        addIfAny(pieces, text.substring(end, matcher.start()));
        addIfAny(pieces, matcher.group());
      }
      addIfAny(pieces, text.substring(end));
    }
    return pieces;
  }

  private static void addIfAny(List<String> pieces, String piece) {
    if (!piece.isEmpty()) {
      pieces.add(piece);
    }
  }

  private static List<String> pieces(String name, String text) {
    int[] codePoints = text.codePoints().toArray();
    List<String> pieces = new ArrayList<>();
    PreTokenizer.named(name)
        .split(
            new CodePoints(text),
            (from, to) -> pieces.add(new String(codePoints, from, to - from)));
    return pieces;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "gpt-2; it's  12345 ok!; it|'s| | 12345| ok|!",
        "llama-bpe; IT'S  12345 ok!; IT|'S| | |123|45| ok|!",
        "qwen2; 12 (a); 1|2| (|a|)",
        "smollm; a 12; a| |1|2",
        "gpt-4o; HTMLParser's \u00C9tat\u00C9 1234/; HTMLParser's| \u00C9tat|\u00C9| |123|4|/",
        "tekken; camelCase's 12; camel|Case|'s| |1|2",
        "qwen35; \u0928\u092E\u0938\u094D\u0924\u0947 x; \u0928\u092E\u0938\u094D\u0924\u0947| x",
        "falcon; a`b 12345; a|`|b| |123|45",
        "deepseek-v3; a.b 12345\u4E2D\u6587; a|.b| |123|45|\u4E2D\u6587",
        "kimi-k2; \u4E2D\u3007a\u4E2D's !/; \u4E2D\u3007|a|\u4E2D|'s| !/",
        "tiny_aya; a12345 1234x; a|12|345| |123|4|x",
        "superbpe; by the 12345 of 12; by the |12|345| of |12",
        "youtu; Hi\uFF01\u3002\uAC00\u3131 12; Hi|\uFF01\u3002|\uAC00\u3131| |1|2",
        "exaone-moe; to be or 12 !?/ x; to be or| |1|2| !?/| x",
        "spark2_5; a.b ! 12; a|.b| !| |1|2",
        "jais-2; a       b; a|    |  | b",
        "deepseek-llm; ab, \u4E2D\u6587 12; ab|,| |\u4E2D\u6587| |12"
      })
  void cutsKnownText(String name, String text, String pieces) {
    assertEquals(pieces, String.join("|", pieces(name, text)));
  }

  @Test
  void treatsLineBreaksAsModelsDo() {
    assertEquals(List.of("a", " !\n\n", "b"), pieces("llama-bpe", "a !\n\nb"));
    assertEquals(List.of("a", " !\n", "\n", "b"), pieces("exaone-moe", "a !\n\nb"));
    assertEquals(List.of("a", " !", "\n", "\n", "b"), pieces("spark2_5", "a !\n\nb"));
    assertEquals(List.of("a", " !/\n", "b"), pieces("gpt-4o", "a !/\nb"));
    assertEquals(List.of("a", "!\n", "/b"), pieces("kimi-k2", "a!\n/b"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void losesNothing(String name) {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        int any = random.nextInt(Character.MAX_CODE_POINT + 1);
        text.appendCodePoint(
            random.nextBoolean() || (any >= 0xD800 && any < 0xE000) ? random.nextInt(0x80) : any);
      }
      assertEquals(text.toString(), String.join("", pieces(name, text.toString())));
    }
  }

  @Test
  void namesWhatItKnowsWhenANameIsUnknown() {
    String message =
        String.valueOf(
            assertThrows(UnsupportedModelException.class, () -> PreTokenizer.named("mystery"))
                .getMessage());
    assertTrue(
        message.contains("tokenizer.ggml.pre")
            && message.contains("mystery")
            && message.contains("qwen2"),
        message);
  }
}
