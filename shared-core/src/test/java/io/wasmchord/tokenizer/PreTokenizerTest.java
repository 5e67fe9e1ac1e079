package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.model.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanners against the regular expressions that they stand for, which the JDK can run. */
class PreTokenizerTest {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3 =
      "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String O200K =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+C?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*C?"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String DEEPSEEK_V3 =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
          + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String PORO = " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";
  private static final String IDEOGRAPHS = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

  private static final int[] ALPHABET =
      ("aaZsStTrReEvVmMlLdD'''/  \u00A0\t\n\n\r\u00E9\u00C9\u01C5\u02B0\u4E2D\u3042\u0301\u0903\u20DD\u0967\u00B2 0123456789.,!?$+`_-\uFF01\u2019\u3000(|)\u2026\u3002\u0964"
              + "\uD83E\uDD99\u200D\uFE0F\u0010\u0378")
          .codePoints()
          .toArray();

  private static List<String> regexes(String name) {
    return switch (name) {
      case "gpt-2" -> List.of(GPT2);
      case "llama-bpe" -> List.of(LLAMA3);
      case "qwen2" -> List.of(LLAMA3.replace("{1,3}", ""));
      case "smollm" -> List.of("\\p{N}", GPT2);
      case "default" -> List.of("[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");
      case "deepseek-coder" ->
          List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", IDEOGRAPHS, "\\p{N}");
      case "qwen35" ->
          List.of(
              LLAMA3
                  .replace("{1,3}", "")
                  .replace("?\\p{L}+", "?[\\p{L}\\p{M}]+")
                  .replace(" ?[^\\s\\p{L}", " ?[^\\s\\p{L}\\p{M}"));
      case "seed-coder" ->
          List.of(LLAMA3.replace("{1,3}", "").replace("\\p{N}]+[\\r\\n]*", "\\p{N}\\r\\n]+"));
      case "bailingmoe" ->
          List.of(LLAMA3.replace("{1,3}", "").replace("\\s*[\\r\\n]+", "\\s*[\\r\\n]"));
      case "ufakzeka" -> List.of(LLAMA3.replace("{1,3}", "").replaceFirst("^.*?\\[dD\\]\\|", ""));
      case "laguna" -> List.of("[^\\n]+|[\\n]+", LLAMA3.replace("{1,3}", ""));
      case "minicpm5" -> List.of("\\p{N}{1,3}", LLAMA3.replace("{1,3}", "+"));
      case "gpt-4o" ->
          List.of(O200K.replace("C?", "('[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?"));
      case "tekken" -> List.of(O200K.replace("C?", "").replace("{1,3}", ""));
      case "falcon" -> List.of("[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]");
      case "bloom" -> List.of(PORO);
      case "viking" -> List.of(PORO, "\\p{N}");
      case "deepseek-v3" ->
          List.of("\\p{N}{1,3}", "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+", DEEPSEEK_V3);
      default -> throw new AssertionError(name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-2",
        "llama-bpe",
        "qwen2",
        "qwen35",
        "seed-coder",
        "bailingmoe",
        "ufakzeka",
        "laguna",
        "minicpm5",
        "smollm",
        "falcon",
        "bloom",
        "viking",
        "gpt-4o",
        "tekken",
        "default",
        "deepseek-coder",
        "deepseek-v3"
      })
  void cutsRandomTextAsTheExpressionsDo(String name) {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--) {
        int alphabet = 1 + random.nextInt(ALPHABET.length);
        text.appendCodePoint(ALPHABET[random.nextInt(alphabet)]);
      }
      List<String> expected = List.of(text.toString());
      for (String regex : regexes(name)) {
        expected = cut(regex, expected);
      }
      assertEquals(expected, pieces(name, text.toString()));
    }
  }

  private static List<String> cut(String regex, List<String> texts) {
    Pattern pattern = Pattern.compile("(?U)" + regex);
    List<String> pieces = new ArrayList<>();
    for (String text : texts) {
      int end = 0;
      for (Matcher matcher = pattern.matcher(text); matcher.find(); end = matcher.end()) {
        if (matcher.start() > end) {
          pieces.add(text.substring(end, matcher.start()));
        }
        pieces.add(matcher.group());
      }
      if (end < text.length()) {
        pieces.add(text.substring(end));
      }
    }
    return pieces;
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
        "deepseek-llm; ab, \u4E2D\u6587 12; ab|,| |\u4E2D\u6587| |12"
      })
  void cutsKnownText(String name, String text, String pieces) {
    assertEquals(pieces, String.join("|", pieces(name, text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "gpt-2",
        "llama-bpe",
        "llama3",
        "qwen2",
        "smollm",
        "deepseek-llm",
        "deepseek-coder"
      })
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
