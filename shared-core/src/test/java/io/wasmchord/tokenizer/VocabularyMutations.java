package io.wasmchord.tokenizer;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A vocabulary's metadata, with changes that a damaged or hostile file could have. */
final class VocabularyMutations {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String[] IDS = {"bos", "eos", "eot", "eom", "unknown", "cls", "seperator"};
  private static final String[] FLAGS = {
    "add_bos_token",
    "add_eos_token",
    "add_sep_token",
    "add_space_prefix",
    "remove_extra_whitespaces",
    "normalizer.lowercase",
    "normalizer.strip_accents"
  };
  private static final String[] PIECES = {
    "",
    "a",
    " ",
    "\u2581",
    "\uFFFD",
    "\u0000",
    "<0x41>",
    "<0xZZ>",
    "<0x4>",
    "[EMPTY_3]",
    "\uD83D\uDE00",
    "</s>",
    "<|end|>",
    "aa",
    "a".repeat(1024),
    "a".repeat(1025),
    "\u0120",
    "[CLS]",
    "\n",
    "\u00ff"
  };
  private static final double[] SCORES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0,
    -0.0,
    3.4e38,
    -3.4e38,
    1e-45,
    -1,
    5
  };
  private static final long[] NUMBERS = {
    -1,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    255,
    256,
    260,
    1000,
    -2,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFFFFFFL,
    1L << 40,
    Long.MIN_VALUE
  };

  private final Map<String, GgufValue> values;
  private final Random random;

  private VocabularyMutations(Map<String, GgufValue> values, Random random) {
    this.values = new LinkedHashMap<>(values);
    this.random = random;
  }

  /** What a file says that has this vocabulary. */
  static Map<String, GgufValue> values(Vocabulary v) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("model", new GgufValue.Text(v.model()));
    values.put("tokens", new GgufValue.Texts(v.tokens()));
    if (!v.pre().isEmpty()) {
      values.put("pre", new GgufValue.Text(v.pre()));
      values.put("merges", new GgufValue.Texts(v.merges()));
    }
    if (v.scores().length > 0) {
      double[] scores = new double[v.scores().length];
      Arrays.setAll(scores, i -> v.scores()[i]);
      values.put("scores", new GgufValue.Reals(GgufType.FLOAT32, scores));
    }
    if (v.types().length > 0) {
      values.put("token_type", ints(v.types()));
    }
    return values;
  }

  static GgufValue.Ints ints(int[] values) {
    return new GgufValue.Ints(GgufType.INT32, Arrays.stream(values).asLongStream().toArray());
  }

  static Metadata metadata(Map<String, GgufValue> values) {
    GgufWriter writer = new GgufWriter(32);
    values.forEach((key, value) -> writer.put(PREFIX + key, value));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    byte[] bytes = out.toByteArray();
    return GgufReader.parse(HeapMemory.wrap(bytes), bytes.length, "mutant").metadata();
  }

  /** The metadata with one to three changes. */
  static Metadata of(Map<String, GgufValue> values, Random random) {
    VocabularyMutations mutations = new VocabularyMutations(values, random);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      mutations.change();
    }
    return metadata(mutations.values);
  }

  private String pick(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private long number() {
    return random.nextBoolean() ? random.nextInt(300) : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private void change() {
    switch (random.nextInt(8)) {
      case 0 -> values.put(pick(FLAGS), new GgufValue.Bool(random.nextBoolean()));
      case 1 -> values.put(pick(IDS) + "_token_id", new GgufValue.Int(GgufType.INT64, number()));
      case 2 -> {
        List<String> names = PreTokenizer.names();
        values.put("pre", new GgufValue.Text(names.get(random.nextInt(names.size()))));
      }
      case 3 -> anyKey();
      default -> {
        List<String> keys = List.copyOf(values.keySet());
        String key = keys.get(random.nextInt(keys.size()));
        values.put(key, changed(values.get(key)));
      }
    }
  }

  private void anyKey() {
    List<String> keys = List.copyOf(values.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    if (random.nextBoolean()) {
      values.remove(key);
    } else {
      values.put(key, new GgufValue.Int(GgufType.INT64, number()));
    }
    if (values.isEmpty()) {
      values.put("model", new GgufValue.Text(""));
    }
  }

  private GgufValue changed(GgufValue value) {
    return switch (value) {
      case GgufValue.Texts texts -> new GgufValue.Texts(texts(new ArrayList<>(texts.values())));
      case GgufValue.Reals reals -> {
        double[] scores = cut(reals.length()) ? new double[3] : reals.values().clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
          scores[random.nextInt(scores.length)] = SCORES[random.nextInt(SCORES.length)];
        }
        yield new GgufValue.Reals(reals.element(), scores);
      }
      case GgufValue.Ints ints -> new GgufValue.Ints(GgufType.INT64, numbers(ints.values()));
      case GgufValue.Bool bool -> new GgufValue.Bool(!bool.value());
      default -> value;
    };
  }

  private boolean cut(int length) {
    return length < 3 || random.nextInt(20) == 0;
  }

  private long[] numbers(long[] old) {
    long[] numbers =
        cut(old.length) ? Arrays.copyOf(old, 1 + random.nextInt(old.length + 4)) : old.clone();
    int range = random.nextBoolean() ? 7 : 256;
    boolean wild = random.nextInt(8) == 0;
    for (int n = random.nextInt(9); n >= 0; n--) {
      int at = random.nextInt(numbers.length);
      numbers[at] = wild ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(range);
    }
    return numbers;
  }

  private List<String> texts(List<String> texts) {
    switch (random.nextInt(5)) {
      case 0 -> Collections.shuffle(texts, random);
      case 1 -> texts.removeIf(t -> random.nextInt(10) == 0);
      case 2 -> texts.add(pick(PIECES) + (random.nextBoolean() ? " " + pick(PIECES) : ""));
      default -> {
        for (int n = random.nextInt(3); n >= 0 && !texts.isEmpty(); n--) {
          texts.set(random.nextInt(texts.size()), pick(PIECES));
        }
      }
    }
    return texts;
  }
}
