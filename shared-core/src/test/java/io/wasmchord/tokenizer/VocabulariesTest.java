package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.host.RunControl;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VocabulariesTest {
  private final Map<String, GgufValue> values = new LinkedHashMap<>();

  private Metadata metadata() {
    GgufWriter writer = new GgufWriter(32);
    values.forEach((key, value) -> writer.put("tokenizer.ggml." + key, value));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    writer.writeTo(file::write);
    byte[] bytes = file.toByteArray();
    return GgufReader.parse(HeapMemory.wrap(bytes), bytes.length, "test.gguf").metadata();
  }

  private void model(String model, String... tokens) {
    values.put("model", new GgufValue.Text(model));
    values.put("tokens", new GgufValue.Texts(List.of(tokens)));
  }

  private void id(String key, long id) {
    values.put(key, new GgufValue.Int(GgufType.UINT32, id));
  }

  private void merges(String... merges) {
    values.put("merges", new GgufValue.Texts(List.of(merges)));
  }

  @Test
  void sentencePieceDefaults() {
    model("llama", "<unk>", "<s>", "</s>", "a");
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(0, 1, 2), List.of(v.special().unknown(), v.special().bos(), v.special().eos()));
    assertTrue(v.special().addBos() && v.rules().addSpacePrefix());
    assertFalse(v.special().addEos());
  }

  @Test
  void defaultIdsThatTheVocabularyDoesNotReachAreNone() {
    model("llama", "a");
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(0, -1, -1), List.of(v.special().unknown(), v.special().bos(), v.special().eos()));
    assertFalse(v.special().addBos());
  }

  @Test
  void whatTheFileSaysCounts() {
    model("llama", "<unk>", "<s>", "</s>", "a");
    id("bos_token_id", 3);
    id("eot_token_id", 3);
    id("eom_token_id", 0xFFFFFFFFL);
    values.put("add_bos_token", new GgufValue.Bool(false));
    values.put("add_eos_token", new GgufValue.Bool(true));
    values.put("add_space_prefix", new GgufValue.Bool(false));
    values.put("scores", new GgufValue.Reals(GgufType.FLOAT32, new double[] {0, 0, 0, -1.5}));
    values.put("token_type", new GgufValue.Ints(GgufType.INT32, new long[] {2, 3, 3, 1}));
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(3, 2, 3, -1),
        List.of(v.special().bos(), v.special().eos(), v.special().eot(), v.special().eom()));
    assertEquals(
        List.of(false, true, false),
        List.of(v.special().addBos(), v.special().addEos(), v.rules().addSpacePrefix()));
    assertEquals(-1.5f, v.scores()[3]);
    assertEquals(TokenType.CONTROL, v.type(1));
    assertTrue(Tokenizers.of(v).isEndOfGeneration(3));
  }

  @Test
  void bytePairDefaultsFollowThePreTokenizer() {
    model("gpt2", "a", "b", "ab");
    merges("a b");
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals("default", v.pre());
    assertEquals(
        List.of(-1, -1, -1), List.of(v.special().bos(), v.special().eos(), v.special().unknown()));
    assertFalse(v.special().addBos() || v.rules().addSpacePrefix());
    id("bos_token_id", 2);
    assertFalse(Vocabularies.of(metadata()).special().addBos());
    values.put("pre", new GgufValue.Text("llama-bpe"));
    assertTrue(Vocabularies.of(metadata()).special().addBos());
  }

  @Test
  void bertDefaultsAreItsOwnVocabularys() {
    String[] tokens = new String[104];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = "t" + i;
    }
    model("bert", tokens);
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(100, 101, 102),
        List.of(v.special().unknown(), v.special().bos(), v.special().separator()));
    assertTrue(v.special().addBos() && v.special().addSeparator());
    assertTrue(v.rules().lowercase() && v.rules().stripAccents());
    values.put("normalizer.lowercase", new GgufValue.Bool(false));
    id("cls_token_id", 1);
    id("seperator_token_id", 2);
    v = Vocabularies.of(metadata());
    assertFalse(v.rules().lowercase() || v.rules().stripAccents());
    assertEquals(List.of(1, 2), List.of(v.special().bos(), v.special().separator()));
  }

  @Test
  void bertsTextsStandBetweenClassAndSeparatorWhateverTheFileSays() {
    model("bert", "[UNK]", "[CLS]", "[SEP]", "a");
    id("unknown_token_id", 0);
    id("cls_token_id", 1);
    id("seperator_token_id", 2);
    values.put("add_bos_token", new GgufValue.Bool(true)); // as converters write since June 2025
    values.put("add_eos_token", new GgufValue.Bool(true));
    values.put("add_sep_token", new GgufValue.Bool(false));
    assertArrayEquals(new int[] {1, 0, 2}, Tokenizers.of(metadata()).encode("a", true, false));
    values.put("add_bos_token", new GgufValue.Bool(false));
    values.put("add_eos_token", new GgufValue.Bool(false));
    assertArrayEquals(new int[] {1, 0, 2}, Tokenizers.of(metadata()).encode("a", true, false));
  }

  @Test
  void textIsComposedWhereTheAuthorsDoSo() {
    model("gpt2", "c", "a", "f", "e", "\u00C3", "\u00A9", "\u00CC", "\u0123", "\u00C3\u00A9");
    merges("\u00C3 \u00A9");
    int[] composed = {0, 1, 2, 8};
    int[] asItIs = {0, 1, 2, 3, 6, 7};
    for (String pre : List.of("qwen2", "qwen35", "command-r", "olmo", "mpt", "modern-bert")) {
      values.put("pre", new GgufValue.Text(pre));
      Tokenizer authors = Tokenizers.of(metadata());
      assertArrayEquals(composed, authors.encode("caf\u00E9", false, false));
      assertArrayEquals(composed, authors.encode("cafe\u0301", false, false), pre);
      Tokenizer none = Tokenizers.of(metadata(), Normalization.NONE, RunControl.NONE);
      assertArrayEquals(composed, none.encode("caf\u00E9", false, false));
      assertArrayEquals(asItIs, none.encode("cafe\u0301", false, false), pre);
    }
    for (String pre : List.of("llama-bpe", "gpt-2", "starcoder", "deepseek-v3")) {
      values.put("pre", new GgufValue.Text(pre));
      assertArrayEquals(asItIs, Tokenizers.of(metadata()).encode("cafe\u0301", false, false), pre);
    }
    assertTrue(Normalization.AUTHORS.composes("gptneox", "gpt-2"), "Pythia");
    assertFalse(Normalization.NONE.composes("gptneox", "gpt-2"));
  }

  @Test
  void unigramDefaults() {
    model("t5", "<pad>", "</s>", "<unk>", "a");
    values.put("scores", new GgufValue.Reals(GgufType.FLOAT32, new double[4]));
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(-1, 1, 2), List.of(v.special().bos(), v.special().eos(), v.special().unknown()));
    assertTrue(v.special().addEos());
    assertFalse(v.special().addBos() || v.rules().addSpacePrefix() || v.rules().mergeSpaces());
    values.put("remove_extra_whitespaces", new GgufValue.Bool(true));
    long[] map = {4, 0, 0, 0, 0, 0, 0};
    values.put("precompiled_charsmap", new GgufValue.Ints(GgufType.UINT8, map));
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
    map = new long[] {4, 0, 0, 0, 0, 4, 0, 0, 0};
    values.put("precompiled_charsmap", new GgufValue.Ints(GgufType.UINT8, map));
    assertTrue(Vocabularies.of(metadata()).rules().mergeSpaces());
  }

  @Test
  void gemma4AddsItsBeginningWhateverTheFileSays() {
    model("gemma4", "<bos>", "a", "b", "ab");
    merges("a b");
    id("bos_token_id", 0);
    values.put("pre", new GgufValue.Text("gpt-2"));
    values.put("add_bos_token", new GgufValue.Bool(false));
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals("gemma4", v.pre());
    assertTrue(v.special().addBos());
    id("bos_token_id", 0xFFFFFFFFL);
    assertFalse(Vocabularies.of(metadata()).special().addBos());
  }

  @Test
  void aTrieHasNoTokensByDefault() {
    model("rwkv", "<s>", "a", "b");
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(-1, -1, -1), List.of(v.special().bos(), v.special().eos(), v.special().unknown()));
    assertFalse(v.special().addBos() || v.special().addEos() || v.rules().addSpacePrefix());
  }

  @Test
  void plamo2DefaultsAreSentencePieces() {
    model("plamo2", "<unk>", "<s>", "</s>", "a");
    Vocabulary v = Vocabularies.of(metadata());
    assertEquals(
        List.of(0, 1, 2), List.of(v.special().unknown(), v.special().bos(), v.special().eos()));
    assertFalse(v.special().addBos() || v.special().addEos() || v.rules().addSpacePrefix());
  }

  @Test
  void tokensBetweenFilesEndGeneration() {
    model("gpt2", "a", "b", "ab", "x", "y", "z");
    merges("a b");
    id("fim_pad_token_id", 3);
    id("fim_rep_token_id", 4);
    id("fim_sep_token_id", 5);
    Tokenizer t = Tokenizers.of(metadata());
    for (int id = 0; id < t.size(); id++) {
      assertEquals(id >= 3, t.isEndOfGeneration(id));
    }
    id("fim_sep_token_id", 6);
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
  }

  @Test
  void refusesWhatIsMissingUnknownOrOutOfRange() {
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
    model("no_vocab", "a");
    assertThrows(UnsupportedModelException.class, () -> Vocabularies.of(metadata()));
    model("gpt2", "a");
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
    model("llama", "a");
    id("eos_token_id", 0xFFFFFFFEL);
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
    id("eos_token_id", 1);
    assertThrows(InvalidModelException.class, () -> Vocabularies.of(metadata()));
  }

  @Test
  void tokensThatAnswersMayNotHaveAreThoseThatThereAre() {
    model("gpt2", "a", "b", "ab");
    merges("a b");
    values.put("suppress_tokens", new GgufValue.Ints(GgufType.INT32, new long[] {2, -1, 3, 0}));
    assertEquals(List.of(2, 0), Tokenizers.of(metadata()).suppressed());
    values.put("suppress_tokens", new GgufValue.Text("a"));
    assertThrows(MalformedGgufException.class, () -> Vocabularies.of(metadata()));
  }

  /** As llama.cpp, which then finds no more than bytes. */
  @Test
  void kimisFilesNeedNoMerges() {
    model("gpt2", "a", "b", "ab");
    values.put("pre", new GgufValue.Text("kimi-k2"));
    assertArrayEquals(new int[] {0, 1, 0}, Tokenizers.of(metadata()).encode("aba", false, false));
    merges("a b");
    assertArrayEquals(new int[] {2, 0}, Tokenizers.of(metadata()).encode("aba", false, false));
  }
}
