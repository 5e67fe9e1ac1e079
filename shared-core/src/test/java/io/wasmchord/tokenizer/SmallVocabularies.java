package io.wasmchord.tokenizer;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Small vocabularies with the tokens, types and keys that llama.cpp's converter writes, and texts
 * that meet their rules. What they are made of comes out of the texts.
 */
final class SmallVocabularies {
  static final List<String> TEXTS =
      List.of(
          "Hello, world! It's 12345 degrees; I'LL say 'tis 1,234,567.89.",
          "the quick brown fox jumps over the lazy dog, then the dog jumps over the fox",
          "Caf\u00E9 d\u00E9j\u00E0 vu \u2014 na\u00EFve fa\u00E7ade, Stra\u00DFe",
          "cafe\u0301 e\u0301\u0302 \u212B \uFB01 \u00BD \u00B2 \u2460",
          "\u4E2D\u6587\u548C\u65E5\u672C\u8A9E\u30C6\u30B9\u30C8\u3001\uD55C\uAD6D\uC5B4 \uC2DC\uD5D8\u3002",
          "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 family \uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08 \uD83C\uDDE9\uD83C\uDDEA",
          "   leading\t\ttabs \n\n\n  lines\r\n\r\nend   ",
          "camelCaseHTMLParser's XMLHttpRequest WE'VE",
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
          "a\u00A0b\u2003c\u3000d  e    f",
          "\u0001\u0007\u001B\u007F\u0085",
          "\u2581already\u2581barred \u2581 x",
          "1 22 333 4444 55555 666666 7777777 a12 12a  12\n12",
          "def f(x):\n    return x**2  # comment\n\tpass\n",
          "\uFEFFmark first \uFEFF",
          "\u0928\u092E\u0938\u094D\u0924\u0947 \u0E2A\u0E27\u0E31\u0E2A\u0E14\u0E35 \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627 12",
          "!!!???...,,,---___***///\\\\\\ $+<=>^`|~",
          "\n",
          "\n\n\n",
          "a\n\nb\n \nc",
          " ",
          "  ",
          "   ",
          "<sentinel:12><sentinel:>IMGIMGABZIMGIMGABCDEZ <sentinel:3>",
          "<0x41><0x0A>",
          "<dna>ACGTACgtacgtNNACGTAC</dna> then ACGTAC <dna>AC",
          "<dna>\u00E9ACGTA</dna></dna>",
          "\uFFFD\uFFFD x");

  /** Texts that spell special tokens. */
  static final List<String> SPECIAL =
      List.of(
          "<bos><|turn>user\nHi<turn|>\n<|turn>model\n<|channel>thought\n<channel|>Ok<turn|></s><eos>",
          "<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|call|><|return|>",
          "<|im_user|>user<|im_middle|>Hi<|im_end|><|im_assistant|>[EOS][EOT][PAD]",
          "<\uFF5Cbegin\u2581of\u2581sentence\uFF5C><\uFF5CUser\uFF5C>Hi<\uFF5CAssistant\uFF5C>Ok<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
          "<s>User: a\n\nAssistant: b\n\n<unk></s> <pad>",
          "<|plamo:bos|>a<|plamo:eos|><|plamo:op|><|plamo:unk|>",
          "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>c<|fim_pad|><|file_sep|>");

  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;
  private static final int MERGES = 320;

  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Map<String, Integer> types = new LinkedHashMap<>();
  private final List<Double> scores = new ArrayList<>();

  private SmallVocabularies(String model) {
    values.put("model", new GgufValue.Text(model));
  }

  /** All of them, by name: keys without {@code tokenizer.ggml.}, and their values. */
  static Map<String, Map<String, GgufValue>> all() {
    Map<String, Map<String, GgufValue>> all = new LinkedHashMap<>();
    all.put("gemma4", gemma4());
    all.put("granite-embed-multi-311m", characters("gpt2", "granite-embed-multi-311m"));
    all.put("sarvam-moe", characters("gpt2", "sarvam-moe"));
    all.put("harmony", harmony());
    all.put("kimi-k2", kimi());
    all.put("deepseek-v3", deepseek());
    all.put("qwen2", qwen2());
    all.put("afmoe", afmoe());
    all.put("chameleon", chameleon());
    all.put("whitespace", whitespace());
    all.put("hybriddna", dna());
    all.put("rwkv", rwkv());
    all.put("plamo2", plamo2());
    all.put("t5", t5());
    return all;
  }

  private SmallVocabularies add(int type, String... pieces) {
    for (String piece : pieces) {
      types.putIfAbsent(piece, type);
    }
    return this;
  }

  private void scored(String piece, double score) {
    if (types.putIfAbsent(piece, NORMAL) == null) {
      scores.add(score);
    }
  }

  /** Scores of 0 for what was added so far without. */
  private SmallVocabularies unscored() {
    while (scores.size() < types.size()) {
      scores.add(0.0);
    }
    return this;
  }

  private int id(String piece) {
    return List.copyOf(types.keySet()).indexOf(piece);
  }

  private SmallVocabularies role(String key, String piece) {
    values.put(key + "_token_id", new GgufValue.Int(GgufType.UINT32, id(piece)));
    return this;
  }

  private SmallVocabularies flag(String key, boolean value) {
    values.put(key, new GgufValue.Bool(value));
    return this;
  }

  Map<String, GgufValue> done() {
    values.put("tokens", new GgufValue.Texts(List.copyOf(types.keySet())));
    values.put(
        "token_type",
        new GgufValue.Ints(
            GgufType.INT32, types.values().stream().mapToLong(Integer::longValue).toArray()));
    if (!scores.isEmpty()) {
      unscored();
      values.put(
          "scores",
          new GgufValue.Reals(
              GgufType.FLOAT32, scores.stream().mapToDouble(Double::doubleValue).toArray()));
    }
    return values;
  }

  /** The merges that texts of {@code symbols} give, and the tokens that they need. */
  private SmallVocabularies trained(List<List<String>> symbols) {
    List<String> merges = TrainedMerges.of(symbols, MERGES);
    for (String merge : merges) {
      String[] pair = merge.split(" ");
      add(NORMAL, pair);
      add(NORMAL, pair[0] + pair[1]);
    }
    values.put("merges", new GgufValue.Texts(merges));
    return this;
  }

  static SmallVocabularies bytes(String model, String pre) {
    SmallVocabularies v = new SmallVocabularies(model);
    v.values.put("pre", new GgufValue.Text(pre));
    for (int b = 0; b < 256; b++) {
      v.add(NORMAL, String.valueOf(ByteAlphabet.character((byte) b)));
    }
    List<List<String>> symbols = new ArrayList<>();
    for (String text : TEXTS) {
      List<String> of = new ArrayList<>();
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        of.add(String.valueOf(ByteAlphabet.character(b)));
      }
      symbols.add(of);
    }
    return v.trained(symbols);
  }

  private static SmallVocabularies withByteTokens(SmallVocabularies v) {
    for (int b = 0; b < 256; b++) {
      v.add(BYTE, "<0x%02X>".formatted(b));
    }
    return v;
  }

  /** Texts as characters, with bars for spaces; every fifth text's characters have no tokens. */
  private SmallVocabularies ofCharacters() {
    List<List<String>> symbols = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      for (String line : TEXTS.get(i).replace(' ', '\u2581').split("\n")) {
        List<String> of = new ArrayList<>();
        line.codePoints().forEach(c -> of.add(Character.toString(c)));
        if (i % 5 != 0) {
          symbols.add(of);
        }
      }
    }
    TEXTS
        .get(0)
        .codePoints()
        .forEach(c -> add(NORMAL, Character.toString(c).replace(' ', '\u2581')));
    return trained(symbols);
  }

  private static Map<String, GgufValue> characters(String model, String pre) {
    SmallVocabularies v = new SmallVocabularies(model);
    v.values.put("pre", new GgufValue.Text(pre));
    v.add(CONTROL, "<pad>", "</s>", "<s>").add(UNKNOWN, "<unk>");
    withByteTokens(v).ofCharacters().add(NORMAL, "\n", "\n\n\n");
    return v.role("bos", "<s>").role("eos", "</s>").role("unknown", "<unk>").done();
  }

  private static Map<String, GgufValue> gemma4() {
    SmallVocabularies v = new SmallVocabularies("gemma4");
    v.add(CONTROL, "<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<|turn>", "<turn|>", "<|think|>");
    v.add(USER_DEFINED, "<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>");
    v.add(USER_DEFINED, "<|tool_response>", "<tool_response|>", "<|\"|>");
    withByteTokens(v).add(NORMAL, "\n", "\n\n", "\n\n\n", "\n\n\n\n").ofCharacters();
    v.add(NORMAL, "</s>");
    v.role("bos", "<bos>").role("eos", "<eos>").role("unknown", "<unk>");
    return v.flag("add_bos_token", false).flag("add_space_prefix", false).done();
  }

  private static Map<String, GgufValue> harmony() {
    SmallVocabularies v = bytes("gpt2", "gpt-4o");
    v.add(CONTROL, "<|startoftext|>", "<|endoftext|>", "<|return|>", "<|constrain|>");
    v.add(CONTROL, "<|channel|>", "<|start|>", "<|end|>", "<|message|>", "<|call|>");
    v.add(CONTROL, "<|endofprompt|>", "<|reserved_200014|>");
    return v.role("bos", "<|startoftext|>").role("eos", "<|return|>").done();
  }

  private static Map<String, GgufValue> kimi() {
    SmallVocabularies v = bytes("gpt2", "kimi-k2");
    v.add(CONTROL, "[BOS]", "[EOS]", "<|im_end|>", "<|im_user|>", "<|im_assistant|>");
    v.add(CONTROL, "<|im_system|>", "<|im_middle|>", "[EOT]", "[PAD]", "[UNK]");
    return v.role("bos", "[BOS]").role("eos", "[EOS]").done();
  }

  private static Map<String, GgufValue> deepseek() {
    SmallVocabularies v = bytes("gpt2", "deepseek-v3");
    String begin = "<\uFF5Cbegin\u2581of\u2581sentence\uFF5C>";
    String end = "<\uFF5Cend\u2581of\u2581sentence\uFF5C>";
    v.add(CONTROL, begin, end).add(USER_DEFINED, "<\uFF5CUser\uFF5C>", "<\uFF5CAssistant\uFF5C>");
    return v.role("bos", begin).role("eos", end).flag("add_bos_token", true).done();
  }

  private static Map<String, GgufValue> qwen2() {
    SmallVocabularies v = bytes("gpt2", "qwen2");
    v.add(CONTROL, "<|endoftext|>", "<|im_start|>", "<|im_end|>");
    v.add(USER_DEFINED, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|pad_of_files|>");
    v.add(USER_DEFINED, "<|file_sep|>", "<tool_call>");
    return v.role("eos", "<|im_end|>").role("fim_pad", "<|pad_of_files|>").done();
  }

  private static Map<String, GgufValue> afmoe() {
    SmallVocabularies v = bytes("gpt2", "afmoe").add(CONTROL, "<|begin_of_text|>", "<|im_end|>");
    return v.role("bos", "<|begin_of_text|>").role("eos", "<|im_end|>").done();
  }

  private static Map<String, GgufValue> chameleon() {
    SmallVocabularies v = bytes("gpt2", "chameleon");
    v.add(CONTROL, "<s>", "</s>").add(UNKNOWN, "<unk>");
    return v.role("bos", "<s>").role("eos", "</s>").done();
  }

  private static Map<String, GgufValue> whitespace() {
    SmallVocabularies v = new SmallVocabularies("whitespace");
    v.values.put("pre", new GgufValue.Text("whitespace"));
    v.add(CONTROL, "<s>", "<pad>", "</s>");
    withByteTokens(v);
    List<List<String>> symbols = new ArrayList<>();
    for (String text : TEXTS) {
      for (String word : text.split("\\s+")) {
        List<String> of = new ArrayList<>();
        word.codePoints().forEach(c -> of.add(Character.toString(Character.toLowerCase(c))));
        symbols.add(of);
      }
    }
    v.trained(symbols);
    v.role("bos", "<s>").role("eos", "</s>").flag("normalizer.lowercase", true);
    return v.flag("add_bos_token", true).flag("add_eos_token", true).done();
  }

  private static Map<String, GgufValue> dna() {
    SmallVocabularies v = bytes("hybriddna", "llama-bpe");
    v.add(NORMAL, "<dna>", "</dna>", "<oov>");
    v.add(NORMAL, "ACGTAC\uE000", "GTACGT\uE000", "NNACGT\uE000", "ACAAAA\uE000");
    v.add(CONTROL, "<s>", "</s>");
    return v.role("bos", "<s>").role("eos", "</s>").done();
  }

  private static Map<String, GgufValue> rwkv() {
    SmallVocabularies v = new SmallVocabularies("rwkv");
    v.add(CONTROL, "<s>");
    for (int b = 0; b < 256; b++) {
      v.add(NORMAL, python(new byte[] {(byte) b}));
    }
    for (String text : TEXTS) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i + 5 < utf8.length; i += 4) {
        v.add(NORMAL, python(Arrays.copyOfRange(utf8, i, i + 2 + i % 4)));
      }
    }
    v.add(NORMAL, "\\n\\n", "\\n\\n\\n", "\\\\\\\\", "\\'\"").add(UNUSED, "[PAD900]", "[PAD901]");
    return v.role("bos", "<s>").role("eos", "<s>").role("eot", "\\n\\n").done();
  }

  /** Bytes as Python writes them. */
  private static String python(byte[] bytes) {
    StringBuilder spelled = new StringBuilder();
    for (byte b : bytes) {
      switch (b) {
        case '\n' -> spelled.append("\\n");
        case '\r' -> spelled.append("\\r");
        case '\t' -> spelled.append("\\t");
        case '\\' -> spelled.append("\\\\");
        default -> spelled.append(b >= ' ' && b < 0x7F ? "" + (char) b : "\\x%02x".formatted(b));
      }
    }
    return spelled.toString();
  }

  /** Some of the stretches of {@code texts}, in order. */
  private static Set<String> stretches(List<String> texts) {
    Set<String> found = new LinkedHashSet<>();
    for (String text : texts) {
      int[] c = text.codePoints().toArray();
      for (int i = 0; i < c.length; i++) {
        for (int length = 1 + i % 2; length <= 6 && i + length <= c.length; length += 2) {
          found.add(new String(c, i, length));
        }
      }
    }
    found.removeIf(s -> s.hashCode() % 3 == 0);
    return found;
  }

  private static Map<String, GgufValue> plamo2() {
    SmallVocabularies v = new SmallVocabularies("plamo2");
    v.add(UNKNOWN, "<|plamo:unk|>");
    v.add(CONTROL, "<|plamo:bos|>", "<|plamo:eos|>", "<|plamo:pad|>", "<|plamo:op|>");
    withByteTokens(v).unscored();
    for (String s : stretches(TEXTS)) {
      v.scored(s, -(s.codePointCount(0, s.length()) + Math.floorMod(s.hashCode(), 16)) / 2.0);
    }
    v.scored("\u2014 ", -0.00005);
    v.scored("Hello", -1999.99);
    v.scored("Hello,", -2000.5);
    v.add(UNUSED, "[PAD1]").unscored();
    v.role("bos", "<|plamo:bos|>").role("eos", "<|plamo:eos|>").role("unknown", "<|plamo:unk|>");
    return v.role("eot", "<|plamo:op|>").flag("add_space_prefix", false).done();
  }

  private static Map<String, GgufValue> t5() {
    SmallVocabularies v = new SmallVocabularies("t5");
    v.add(CONTROL, "<pad>", "</s>").add(UNKNOWN, "<unk>").unscored();
    List<String> spelled = new ArrayList<>();
    for (String text : TEXTS.subList(0, 8)) {
      spelled.add("\u2581" + text.replaceAll("\\s+", "\u2581"));
    }
    for (String s : stretches(spelled)) {
      v.scored(s, -(3 + Math.floorMod(s.hashCode(), 64)) / 8.0 * s.length());
    }
    v.add(USER_DEFINED, "<extra_id_0>").unscored();
    Map<String, String> map = new HashMap<>();
    map.put("\uFB01", "fi");
    map.put("\u212B", "\u00C5");
    map.put("\u00BD", "1\u20442");
    map.put("e\u0301", "\u00E9");
    map.put("e\u0301\u0302", "x");
    map.put("\u0001", "");
    for (String space : List.of("\t", "\n", "\r", "\u00A0", "\u2003", "\u3000")) {
      map.put(space, " ");
    }
    int[] numbers = DoubleArray.of(new TreeMap<>(map));
    long[] unsigned = new long[numbers.length];
    Arrays.setAll(unsigned, i -> numbers[i] & 0xFF);
    v.values.put("precompiled_charsmap", new GgufValue.Ints(GgufType.UINT8, unsigned));
    v.role("eos", "</s>").role("unknown", "<unk>");
    v.flag("add_space_prefix", true).flag("remove_extra_whitespaces", true);
    return v.flag("add_bos_token", false).flag("add_eos_token", true).done();
  }
}
