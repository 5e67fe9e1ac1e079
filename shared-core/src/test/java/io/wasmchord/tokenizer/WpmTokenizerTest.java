package io.wasmchord.tokenizer;

import static io.wasmchord.tokenizer.TestVocabularies.pieces;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WpmTokenizerTest {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** Tokens that begin a word, in BERT's spelling, and those within words, with its marks. */
  private static Tokenizer tokenizer(TextRules rules, String... words) {
    List<String> tokens = new ArrayList<>(SPECIAL);
    for (String word : words) {
      tokens.add(word.startsWith("##") ? word.substring(2) : "\u2581" + word);
    }
    int[] types = new int[tokens.size()];
    Arrays.fill(types, 1);
    Arrays.fill(types, 0, SPECIAL.size(), 3);
    return Tokenizers.of(
        new Vocabulary(
            "bert",
            "",
            tokens,
            new float[0],
            types,
            List.of(),
            new SpecialTokens(2, -1, -1, -1, 1, 3, true, false, true),
            rules));
  }

  private static final TextRules UNCASED = new TextRules(false, true, true, Stripping.MASK);
  private static final TextRules CASED = new TextRules(false, false, false, Stripping.NONE);

  private final Tokenizer uncased =
      tokenizer(
          UNCASED,
          "un",
          "##aff",
          "##able",
          "a",
          "b",
          "##b",
          "!",
          "-",
          "\u4E2D",
          "\u6587",
          "\u1112",
          "##\u1161",
          "##\u11AB",
          "\u0915",
          "##\u093F",
          "\u2122");

  private String encode(String text) {
    return pieces(uncased, uncased.encode(text, false, false));
  }

  @Test
  void takesTheLongestTokensFromTheStartOfEachWord() {
    assertEquals("\u2581un|aff|able", encode("unaffable"));
    assertEquals("\u2581a|b|b|\u2581b", encode("abb b"));
  }

  @Test
  void aWordThatCannotBeCutIsUnknownAsAWhole() {
    assertEquals("[UNK]|\u2581a", encode("abx a"));
    assertEquals("\u2581a" + "|b".repeat(99), encode("a" + "b".repeat(99)));
    assertEquals("[UNK]", encode("a" + "b".repeat(100)));
  }

  @Test
  void aTextsOwnMarkBeginsNoWord() {
    assertEquals("[UNK]", encode("a\u2581b"));
    Tokenizer marks = tokenizer(UNCASED, "a", "b", "##\u2581", "\u2581");
    assertEquals("\u2581a|\u2581", pieces(marks, marks.encode("a\u2581", false, false)));
    assertEquals("\u2581\u2581|\u2581", pieces(marks, marks.encode("\u2581\u2581", false, false)));
  }

  @Test
  void signsAndIdeographsAreWordsOfTheirOwn() {
    assertEquals("\u2581a|\u2581!|\u2581!|\u2581b|\u2581-|\u2581b", encode("a!!b-b"));
    assertEquals("\u2581\u4E2D|\u2581\u6587|\u2581a", encode("\u4E2D\u6587a"));
    assertEquals("[UNK]|\u2581\u2122", encode("a\u2122 \u2122"));
  }

  @Test
  void dropsControlsAndCountsAnyWhiteSpace() {
    assertEquals("\u2581a|b", encode("a\u0000\u200D\uFFFDb\uE000\u0007"));
    assertEquals("\u2581a|\u2581b|\u2581b", encode("\ta\u3000b\u00A0\r\nb "));
    assertEquals("\u2581a|b|b|b", encode("a\u000Bb\fb\u0085b"), "controls that are white space");
    assertEquals("", encode(" \n"));
  }

  @Test
  void dropsCaseAndAccentsWhereTheModelWants() {
    assertEquals("\u2581a|b|\u2581a", encode("\u00C0B \u1EA4"));
    assertEquals("\u2581a", encode("a\u0301\u0323"));
    assertEquals("\u2581\u1112|\u1161|\u11AB", encode("\uD55C"));
    assertEquals("\u2581\u0915|\u093F", encode("\u0915\u093F"), "a spacing mark is no accent");
    Tokenizer cased = tokenizer(CASED, "a", "\u00C0", "A");
    assertEquals(
        "\u2581\u00C0|\u2581A|[UNK]",
        pieces(cased, cased.encode("\u00C0 A \u00C0\u0301", false, false)));
  }

  @Test
  void putsClassAndSeparatorAroundText() {
    assertEquals("[CLS]|\u2581a|[SEP]", pieces(uncased, uncased.encode("a", true, false)));
    assertEquals("[CLS]|[SEP]", pieces(uncased, uncased.encode("", true, true)));
  }

  @Test
  void theMaskTakesTheWhiteSpaceBeforeIt() {
    int[] ids = uncased.encode("a \n[MASK] b", false, true);
    assertEquals("\u2581a|[MASK]|\u2581b", pieces(uncased, ids));
    assertEquals("[UNK]|[UNK]|[UNK]", encode("[MASK]"));
  }

  @Test
  void decodesWithSpacesBetweenWords() {
    int[] ids = uncased.encode("Unaffable b", true, false);
    assertEquals("unaffable b", uncased.decode(ids, false));
    assertArrayEquals(new byte[] {' ', 'u', 'n'}, uncased.bytes(ids[1], false));
  }
}
