package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final float[] NO_SCORES = {};
  private static final int[] NO_TYPES = {};

  private static Tokenizer spm(
      List<String> tokens, float[] scores, int[] types, int eos, boolean addEos) {
    return Tokenizers.of(
        new Vocabulary(
            "llama",
            "",
            tokens,
            scores,
            types,
            List.of(),
            new SpecialTokens(-1, eos, -1, -1, -1, -1, false, addEos, false),
            TextRules.NONE));
  }

  private static Tokenizer bpe(String model, String pre, List<String> tokens, String merge) {
    return Tokenizers.of(
        new Vocabulary(
            model,
            pre,
            tokens,
            NO_SCORES,
            NO_TYPES,
            List.of(merge),
            SpecialTokens.NONE,
            TextRules.NONE));
  }

  private static void refuses(
      Class<? extends ChordException> type, Runnable work, String... words) {
    String message = String.valueOf(assertThrows(type, work::run).getMessage());
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void theFilesEndsOfSequenceTurnAndMessageEndGeneration() {
    List<String> tokens = List.of("a", "stop", "turn", "message", "b");
    SpecialTokens roles = new SpecialTokens(0, 1, 2, 3, -1, -1, false, false, false);
    Tokenizer tokenizer =
        Tokenizers.of(
            new Vocabulary(
                "llama", "", tokens, NO_SCORES, NO_TYPES, List.of(), roles, TextRules.NONE));
    for (int id = 0; id < tokens.size(); id++) {
      assertEquals(id >= 1 && id <= 3, tokenizer.isEndOfGeneration(id), tokens.get(id));
    }
  }

  @Test
  void refusesPartsThatDoNotFitTogether() {
    List<String> ab = List.of("a", "b");
    Class<InvalidModelException> invalid = InvalidModelException.class;
    refuses(invalid, () -> spm(List.of(), NO_SCORES, NO_TYPES, -1, false), "tokens");
    refuses(invalid, () -> spm(ab, new float[1], NO_TYPES, -1, false), "scores", "1", "2");
    refuses(invalid, () -> spm(ab, new float[] {0, Float.NaN}, NO_TYPES, -1, false), "scores[1]");
    refuses(invalid, () -> spm(ab, NO_SCORES, new int[3], -1, false), "token_type", "3");
    refuses(invalid, () -> spm(ab, NO_SCORES, NO_TYPES, 2, false), "eos_token_id", "2");
    refuses(invalid, () -> spm(ab, NO_SCORES, NO_TYPES, -2, false), "eos_token_id", "-2");
    refuses(invalid, () -> spm(ab, NO_SCORES, NO_TYPES, -1, true), "add_eos_token");
    refuses(invalid, () -> spm(List.of("a", "a"), NO_SCORES, NO_TYPES, -1, false), "twice");
  }

  @Test
  void refusesMergesThatNameNoTokens() {
    List<String> tokens = List.of("a", "b", "ab");
    assertEquals(3, bpe("gpt2", "gpt-2", tokens, "a b").size());
    for (String merge : new String[] {"a c", "c b", "b a", "ab", "", " "}) {
      refuses(InvalidModelException.class, () -> bpe("gpt2", "gpt-2", tokens, merge), "merges[0]");
    }
  }

  @Test
  void namesTheModelsThatItKnows() {
    List<String> tokens = List.of("a", "b", "ab");
    refuses(
        UnsupportedModelException.class,
        () -> bpe("no_vocab", "", tokens, "a b"),
        "model",
        "no_vocab",
        "gemma4",
        "rwkv",
        "plamo2",
        "bert",
        "llama",
        "gpt2");
    refuses(
        UnsupportedModelException.class,
        () -> bpe("gpt2", "mystery", tokens, "a b"),
        "pre",
        "mystery",
        "llama-bpe");
  }

  @Test
  void refusesTokensWithoutAnEnd() {
    List<String> tokens = List.of("a".repeat(Vocabulary.MAX_TOKEN_LENGTH + 1));
    refuses(
        UnsupportedModelException.class,
        () -> spm(tokens, NO_SCORES, NO_TYPES, -1, false),
        "tokens[0]");
  }

  @Test
  void refusesByteTokensThatSpellNoByte() {
    for (String piece : new String[] {"x", "<0xZZ>", "<0x0Z>"}) {
      refuses(
          InvalidModelException.class,
          () -> spm(List.of(piece), NO_SCORES, new int[] {6}, -1, false),
          piece);
    }
  }

  @Test
  void emptyTokensGetANameAndUnknownTypesGiveNothing() {
    Tokenizer t = spm(List.of("a", "", "b"), NO_SCORES, new int[] {1, 4, 99}, -1, false);
    assertEquals("[EMPTY_1]", t.piece(1));
    assertEquals("a", t.decode(new int[] {0, 2}, false));
    assertEquals(0, t.encode("aaa", false, true)[2]);
  }
}
