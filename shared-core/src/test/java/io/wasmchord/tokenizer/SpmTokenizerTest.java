package io.wasmchord.tokenizer;

import static io.wasmchord.tokenizer.TestVocabularies.pieces;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidTokensException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpmTokenizerTest {
  private static final Map<String, Float> SCORED = new LinkedHashMap<>();

  static {
    SCORED.put("\u2581", -9f);
    SCORED.put("a", -10f);
    SCORED.put("b", -11f);
    SCORED.put("aa", -1f);
    SCORED.put("ab", -2f);
    SCORED.put("\u2581a", -3f);
    SCORED.put("aaaa", -0.5f);
    SCORED.put("</", -4f);
    SCORED.put("s>", -4f);
    SCORED.put("xy", -5f);
  }

  private final Tokenizer tokenizer = Tokenizers.of(TestVocabularies.spm(SCORED, true));

  private String encode(String text) {
    return pieces(tokenizer, tokenizer.encode(text, false, false));
  }

  @Test
  void joinsTheBestScoreFirstAndTheLeftmostOfEquals() {
    assertEquals("\u2581|aa|b", encode("aab"));
    assertEquals("\u2581|aa|a", encode("aaa"));
    assertEquals("\u2581|aaaa|aa|ab", encode("aaaaaaab"));
    assertEquals("\u2581|ab|\u2581a", encode("ab a"));
  }

  @Test
  void joinsCharactersThatAreNoTokensThemselves() {
    assertEquals("\u2581|xy", encode("xy"));
  }

  @Test
  void spellsUnknownCharactersInBytes() {
    assertEquals("\u2581|<0xC3>|<0xA9>|b", encode("\u00E9b"));
    assertEquals("\u2581|<0xEF>|<0xBF>|<0xBD>", encode("\uD83E"));
  }

  @Test
  void bytesWithoutTokensBecomeTheUnknownToken() {
    Vocabulary all = TestVocabularies.spm(SCORED, false);
    Vocabulary few =
        new Vocabulary(
            "llama",
            "",
            all.tokens().subList(0, 3),
            new float[0],
            new int[0],
            all.merges(),
            new SpecialTokens(1, 2, -1, -1, 0, -1, false, false, false),
            TextRules.NONE);
    assertArrayEquals(new int[] {0, 0}, Tokenizers.of(few).encode("\u00E9", false, false));
  }

  @Test
  void addsTheSpaceOnlyBeforeTextAndTheBeginningOfSequenceOnlyOnRequest() {
    assertArrayEquals(new int[0], tokenizer.encode("", false, false));
    assertEquals("<s>", pieces(tokenizer, tokenizer.encode("", true, false)));
    assertEquals("<s>|\u2581a", pieces(tokenizer, tokenizer.encode("a", true, false)));
    Tokenizer bare = Tokenizers.of(TestVocabularies.spm(SCORED, false));
    assertEquals("a|\u2581a", pieces(bare, bare.encode("a a", false, false)));
  }

  @Test
  void controlTokensComeFromTextOnlyWhereTheyAreParsed() {
    assertEquals(
        "\u2581a|</s>|\u2581a", pieces(tokenizer, tokenizer.encode("a</s>a", false, true)));
    assertEquals("\u2581a|</|s>|a", encode("a</s>a"));
    assertEquals("<unk>", pieces(tokenizer, tokenizer.encode("<unk>", false, true)));
  }

  @Test
  void userDefinedTokensAreAlwaysTakenLongestFirst() {
    Tokenizer t = Tokenizers.of(TestVocabularies.spm(SCORED, true, "bb", "bba", "\n\n"));
    assertEquals(
        "bba|\u2581|b|\n\n|bb|\u2581|xy", pieces(t, t.encode("bbab\n\nbbxy", false, false)));
  }

  @Test
  void decodesToTheTextWithoutTheSpaceThatWasAdded() {
    for (String text : new String[] {"a", " a", "  aab", "\u00E9 \u4E2D", "a\n", " ", ""}) {
      assertEquals(text, tokenizer.decode(tokenizer.encode(text, true, false), false));
    }
    assertEquals("<s> a", tokenizer.decode(new int[] {1, tokenizer.idOf("\u2581a")}, true));
  }

  @Test
  void givesTheBytesOfOneToken() {
    assertArrayEquals(new byte[] {' ', 'a'}, tokenizer.bytes(tokenizer.idOf("\u2581a"), false));
    assertArrayEquals(new byte[] {(byte) 0xC3}, tokenizer.bytes(tokenizer.idOf("<0xC3>"), false));
    assertEquals(0, tokenizer.bytes(1, false).length);
    assertArrayEquals(new byte[] {'<', 's', '>'}, tokenizer.bytes(1, true));
    assertThrows(InvalidTokensException.class, () -> tokenizer.bytes(tokenizer.size(), false));
    assertThrows(InvalidTokensException.class, () -> tokenizer.piece(-1));
  }

  @Test
  void knowsItsSpecialTokens() {
    assertEquals(1, tokenizer.bos());
    assertEquals(2, tokenizer.eos());
    assertTrue(tokenizer.isEndOfGeneration(2));
    assertFalse(tokenizer.isEndOfGeneration(1));
    assertFalse(tokenizer.isEndOfGeneration(-1));
    assertEquals(-1, tokenizer.idOf("no such token"));
  }
}
