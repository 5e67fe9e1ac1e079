package io.wasmchord.tokenizer;

import static io.wasmchord.tokenizer.TestVocabularies.pieces;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BpeTokenizerTest {
  private static final List<String> MERGES =
      List.of(
          "a b",
          "b c",
          "ab c",
          "a a",
          "aa aa",
          "\u0120 a",
          "\u0120a b",
          "< |",
          "c c",
          "bc cc",
          "aa a");

  private static Tokenizer tokenizer(String pre, String... control) {
    return Tokenizers.of(TestVocabularies.bpe(pre, MERGES, control));
  }

  private static String encode(Tokenizer tokenizer, String text) {
    return pieces(tokenizer, tokenizer.encode(text, false, false));
  }

  @Test
  void joinsByRank() {
    Tokenizer t = tokenizer("gpt-2");
    assertEquals("abc", encode(t, "abc"));
    assertEquals("bccc|c", encode(t, "bcccc"));
    assertEquals("aaaa|aaa", encode(t, "aaaaaaa"));
    assertEquals("ab|\u0120|ab", encode(t, "ab ab"));
  }

  @Test
  void takesWholePiecesAtOnceWhereTheModelWantsIt() {
    List<String> merges = List.of("a b", "b c", "a bc");
    Tokenizer merging = Tokenizers.of(TestVocabularies.bpe("qwen2", merges));
    Tokenizer whole = Tokenizers.of(TestVocabularies.bpe("llama-bpe", merges));
    assertEquals("ab|c", encode(merging, "abc"));
    assertEquals("abc", encode(whole, "abc"));
  }

  @Test
  void joinsAsTheNaiveAlgorithmDoes() {
    Tokenizer t = tokenizer("gpt-2");
    Random random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n >= 0; n--) {
        text.append("abc".charAt(random.nextInt(3)));
      }
      assertEquals(naive(text.toString()), encode(t, text.toString()));
    }
  }

  private static String naive(String text) {
    List<String> symbols = new ArrayList<>(List.of(text.split("")));
    while (true) {
      int best = -1;
      int bestRank = MERGES.size();
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = MERGES.indexOf(symbols.get(i) + " " + symbols.get(i + 1));
        if (rank >= 0 && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return String.join("|", symbols);
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  static List<String> preTokenizers() {
    return PreTokenizer.names();
  }

  @ParameterizedTest
  @MethodSource("preTokenizers")
  void everyTextComesBack(String pre) {
    Tokenizer t = tokenizer(pre, "<|im_end|>");
    RandomText texts = new RandomText(1);
    for (int i = 0; i < 10_000; i++) {
      String text = texts.next(25);
      assertEquals(RandomText.repaired(text), t.decode(t.encode(text, true, (i & 1) == 0), true));
    }
  }

  @Test
  void unpairedSurrogatesBecomeReplacementCharacters() {
    Tokenizer t = tokenizer("gpt-2");
    assertEquals(
        "a\uFFFDb\uFFFD\uD83E\uDD99\uFFFD", decoded(t, "a\uD83Eb\uDD99\uD83E\uDD99\uD83E"));
    assertEquals("\uFFFD\uFFFD", decoded(t, "\uDD99\uD83E"));
  }

  private static String decoded(Tokenizer t, String text) {
    return t.decode(t.encode(text, false, false), false);
  }

  @Test
  void controlTokensAreParsedOnRequestOnly() {
    Tokenizer t = tokenizer("qwen2", "<|im_end|>", "<|im_end|>x", "<|im");
    assertEquals("ab|<|im_end|>|c", pieces(t, t.encode("ab<|im_end|>c", false, true)));
    assertEquals("<|im_end|>x|<|im|_", pieces(t, t.encode("<|im_end|>x<|im_", false, true)));
    assertEquals("<||i|m|_|e|n|d|||>", encode(t, "<|im_end|>"));
    int end = t.idOf("<|im_end|>");
    assertTrue(t.isEndOfGeneration(end));
    assertEquals("", t.decode(new int[] {end}, false));
    assertEquals("<|im_end|>", t.decode(new int[] {end}, true));
  }

  @Test
  void tokensThatEndGenerationBySpellingAreControlTokensWhateverTheirType() {
    Vocabulary v = TestVocabularies.bpe("gpt-2", MERGES, "<|endoftext|>");
    int[] types = v.types().clone();
    types[types.length - 1] = 1;
    Tokenizer t =
        Tokenizers.of(
            new Vocabulary(
                "gpt2",
                "gpt-2",
                v.tokens(),
                new float[0],
                types,
                MERGES,
                SpecialTokens.NONE,
                TextRules.NONE));
    int end = t.idOf("<|endoftext|>");
    assertArrayEquals(new int[] {end}, t.encode("<|endoftext|>", false, true));
    assertTrue(t.isEndOfGeneration(end));
    assertEquals(0, t.bytes(end, false).length);
  }

  @Test
  void givesPartsOfCharactersAsBytes() {
    Tokenizer t = tokenizer("gpt-2");
    int[] ids = t.encode("\u00E9", false, false);
    assertEquals(2, ids.length);
    assertArrayEquals(new byte[] {(byte) 0xC3}, t.bytes(ids[0], false));
    assertEquals("\uFFFD", t.decode(new int[] {ids[0]}, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "gpt-2",
        "llama-bpe",
        "gpt-4o",
        "deepseek-llm",
        "deepseek-v3",
        "afmoe",
        "chameleon",
        "gemma4"
      })
  void longHostileTextComesBack(String pre) {
    Tokenizer t = tokenizer(pre, "<|im_end|>");
    int length = 1 << 18; // a quadratic one would take minutes
    byte[] random = new byte[length];
    new Random(9).nextBytes(random);
    for (String unit : new String[] {"a", " ", "1", "!", "'", "\u4E2D", "<|im_", "bc"}) {
      String text = unit.repeat(length / unit.length());
      assertEquals(text, t.decode(t.encode(text, false, true), false));
    }
    String text = new String(random, UTF_8);
    assertEquals(text, t.decode(t.encode(text, false, true), false));
  }
}
