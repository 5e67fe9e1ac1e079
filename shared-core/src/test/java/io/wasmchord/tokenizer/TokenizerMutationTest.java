package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged vocabularies of every kind: each is refused with a typed error, or cuts any text into
 * tokens that it has.
 */
class TokenizerMutationTest {
  private static final int VOCABULARIES = 8000;
  private static final String[] TEXTS = {
    "",
    " ",
    "a",
    "aaaa aaaa",
    "Hello, world!\n",
    "\uD83D",
    "\uDE00x",
    "a\u0301 \uFB01 \u2581b",
    "<s></s><unk><0x41>[CLS]",
    "\u0000"
  };

  @Test
  @Timeout(600) // one that hangs
  void everyMutationCutsTextsOrIsRefused() {
    List<Map<String, GgufValue>> all = vocabularies();
    int made = 0;
    for (int seed = 0; seed < VOCABULARIES; seed++) {
      made += use(all.get(seed % all.size()), seed) ? 1 : 0;
    }
    System.out.println(
        "Vocabulary mutations: seeds 0 to " + (VOCABULARIES - 1) + ", " + made + " made");
    assertTrue(made > VOCABULARIES / 10 && made < VOCABULARIES, made + " made");
  }

  static boolean use(Map<String, GgufValue> values, int seed) {
    Random random = new Random(seed);
    try {
      Tokenizer tokenizer = Tokenizers.of(VocabularyMutations.of(values, random));
      for (String text : TEXTS) {
        cut(tokenizer, text, random);
      }
      cut(tokenizer, new RandomText(seed).next(60), random);
      cut(tokenizer, tokenizer.piece(random.nextInt(tokenizer.size())).repeat(5), random);
      return true;
    } catch (ChordException e) {
      assertTrue(e.getMessage().contains("tokenizer.ggml."), e.getMessage());
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed, e);
    }
  }

  private static void cut(Tokenizer tokenizer, String text, Random random) {
    int[] ids = tokenizer.encode(text, random.nextBoolean(), random.nextBoolean());
    for (int id : ids) {
      assertTrue(id >= 0 && id < tokenizer.size(), () -> "token " + id);
      tokenizer.piece(id);
    }
    tokenizer.decode(ids, random.nextBoolean());
    tokenizer.controlAt(text, text.length() / 2);
  }

  static List<Map<String, GgufValue>> vocabularies() {
    List<Map<String, GgufValue>> all = new ArrayList<>();
    Map<String, Float> scored =
        new HashMap<>(Map.of("\u2581", -1f, "a", -1f, "aa", -2f, "\u2581a", -3f, "b", -4f));
    all.add(VocabularyMutations.values(TestVocabularies.spm(scored, true, "<user>")));
    List<String> merges = List.of("a a", "aa a", "\u0120 a", "H e", "He l");
    all.add(VocabularyMutations.values(TestVocabularies.bpe("llama-bpe", merges, "<s>", "</s>")));
    all.add(pieces("bert"));
    Map<String, GgufValue> unigram = pieces("t5");
    Map<String, String> map = Map.of("\uFB01", "fi", "\u00e9", "e\u0301", "a\u0301", "\u00e1");
    unigram.put("precompiled_charsmap", VocabularyMutations.ints(DoubleArray.of(map)));
    all.add(unigram);
    Map<String, Map<String, GgufValue>> small = SmallVocabularies.all();
    for (String name : List.of("gemma4", "whitespace", "hybriddna", "rwkv", "plamo2")) {
      all.add(small.get(name));
    }
    return all;
  }

  private static Map<String, GgufValue> pieces(String model) {
    List<String> tokens =
        List.of(
            "<unk>", "<s>", "</s>", "\u2581", "a", "\u2581a", "aa", "f", "i", "\u2581Hello", ",");
    return VocabularyMutations.values(
        new Vocabulary(
            model,
            "",
            tokens,
            new float[] {0, 0, 0, -1, -2, -3, -4, -5, -6, -7, -8},
            new int[] {2, 3, 3, 1, 1, 1, 4, 1, 5, 1, 1},
            List.of(),
            new SpecialTokens(1, 2, -1, -1, 0, -1, false, false, false),
            TextRules.NONE));
  }

  @Test
  void theseVocabulariesAreWhole() {
    for (Map<String, GgufValue> values : vocabularies()) {
      Tokenizer tokenizer = Tokenizers.of(VocabularyMutations.metadata(values));
      String text = tokenizer.decode(tokenizer.encode("aa a", false, true), false);
      assertEquals("aaa", text.replace(" ", ""));
    }
  }
}
