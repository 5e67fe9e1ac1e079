package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The kinds of byte-pair encoding that cut a text before anything else. */
class WordsAndDnaTest {
  private static Tokenizer small(String name) {
    return Tokenizers.of(VocabularyMutations.metadata(SmallVocabularies.all().get(name)));
  }

  @Test
  void whiteSpaceOnlyPartsWords() {
    Tokenizer t = small("whitespace");
    assertArrayEquals(
        t.encode("the fox \u4E2D", false, false),
        t.encode(" \u3000the\n\n\u00A0fox\t\u4E2D  ", false, false));
    assertEquals(0, t.encode(" \n\u3000", false, false).length);
  }

  @Test
  void wordsLoseTheirCaseWhereTheFileSaysSo() {
    Tokenizer t = small("whitespace");
    assertArrayEquals(
        t.encode("\u00E9t\u00E9", false, false), t.encode("\u00C9T\u00C9", false, false));
    Map<String, GgufValue> values = new LinkedHashMap<>(SmallVocabularies.all().get("whitespace"));
    values.remove("normalizer.lowercase");
    Tokenizer cased = Tokenizers.of(VocabularyMutations.metadata(values));
    assertEquals("\u00C9T\u00C9", cased.decode(cased.encode("\u00C9T\u00C9", false, false), false));
  }

  private static String dna(String text) {
    Tokenizer t = small("hybriddna");
    return TestVocabularies.pieces(t, t.encode(text, false, false)).replace("\uE000", "*");
  }

  @Test
  void dnaIsCutIntoStretchesOfSix() {
    assertEquals(
        "<dna>|ACGTAC*|GTACGT*|NNACGT*|ACAAAA*|</dna>", dna("<dna>ACGTACgtacgtNNACGTac</dna>"));
    assertEquals("<dna>|<oov>|<oov>", dna("<dna>TTTTTTX"));
    assertEquals("<dna>|</dna>|<dna>", dna("<dna></dna><dna>"));
    assertEquals("<dna>|<oov>|<oov>|</dna>", dna("<dna>\u00E9\u00E9\u00E9A</dna>"));
  }

  @Test
  void dnaComesBackInCapitals() {
    Tokenizer t = small("hybriddna");
    int[] ids = t.encode("<dna>acgtac</dna> fox", false, false);
    assertEquals("<dna>ACGTAC</dna> fox", t.decode(ids, false));
  }

  @Test
  void withoutItsTagsAVocabularyIsOneOfWords() {
    Map<String, GgufValue> words = new LinkedHashMap<>(SmallVocabularies.all().get("afmoe"));
    words.put("model", new GgufValue.Text("hybriddna"));
    Tokenizer t = Tokenizers.of(VocabularyMutations.metadata(words));
    assertArrayEquals(
        small("afmoe").encode("<dna>ACGT</dna>", false, false),
        t.encode("<dna>ACGT</dna>", false, false));
  }
}
