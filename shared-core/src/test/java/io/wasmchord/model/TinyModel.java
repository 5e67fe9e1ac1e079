package io.wasmchord.model;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.Recoding;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A random model of an architecture, small enough to be computed in plain double precision: its
 * metadata, under the keys that files use, and its tensors in float32.
 */
final class TinyModel {
  private final String architecture;
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, TensorType> types = new LinkedHashMap<>(); // of those that are not F32
  private final Map<String, byte[]> encoded = new LinkedHashMap<>(); // of those that are quantized
  private final Random random;

  TinyModel(String architecture) {
    this.architecture = architecture;
    this.random = new Random(architecture.hashCode());
    metadata.put("general.architecture", new GgufValue.Text(architecture));
    tokenizer(40);
  }

  /** Hosts refuse files without one. It knows lower-case letters and the space. */
  private void tokenizer(int size) {
    List<String> tokens = new ArrayList<>(List.of("a", "b", "ab", "\u0120"));
    for (char letter = 'c'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    while (tokens.size() < size) {
      tokens.add("t" + tokens.size());
    }
    metadata.put("tokenizer.ggml.model", new GgufValue.Text("gpt2"));
    metadata.put("tokenizer.ggml.pre", new GgufValue.Text("gpt-2"));
    metadata.put("tokenizer.ggml.merges", new GgufValue.Texts(List.of("a b")));
    metadata.put("tokenizer.ggml.tokens", new GgufValue.Texts(tokens));
  }

  /** BERT's vocabulary in place of the other: [UNK], [CLS] and [SEP] are tokens 1, 2 and 3. */
  TinyModel wordPieces(List<String> tokens) {
    String prefix = "tokenizer.ggml.";
    metadata.put(prefix + "model", new GgufValue.Text("bert"));
    metadata.put(prefix + "tokens", new GgufValue.Texts(tokens));
    for (Map.Entry<String, Integer> role :
        Map.of("unknown", 1, "cls", 2, "seperator", 3, "padding", 0).entrySet()) {
      metadata.put(
          prefix + role.getKey() + "_token_id",
          new GgufValue.Int(GgufType.UINT32, role.getValue()));
    }
    int normal = 1;
    int control = 3;
    long[] types = tokens.stream().mapToLong(t -> t.matches("\\[.+]") ? control : normal).toArray();
    metadata.put(prefix + "token_type", new GgufValue.Ints(GgufType.INT32, types));
    metadata.put(prefix + "token_type_count", new GgufValue.Int(GgufType.UINT32, 2));
    return this;
  }

  /** Without the tensors whose names begin so. */
  TinyModel without(String prefix) {
    tensors.keySet().removeIf(name -> name.startsWith(prefix));
    shapes.keySet().removeIf(name -> name.startsWith(prefix));
    return this;
  }

  /** Without a key. */
  TinyModel remove(String suffix) {
    metadata.remove(architecture + "." + suffix);
    return this;
  }

  /** A tensor under another name, after all others. */
  TinyModel rename(String name, String other) {
    tensors.put(other, tensors.remove(name));
    shapes.put(other, shapes.remove(name));
    return this;
  }

  private TinyModel(TinyModel other, Random random) {
    this.architecture = other.architecture;
    this.random = random;
    metadata.putAll(other.metadata);
    tensors.putAll(other.tensors);
    shapes.putAll(other.shapes);
    types.putAll(other.types);
    encoded.putAll(other.encoded);
  }

  /** All keys of its metadata, which can be removed from this. */
  Set<String> keys() {
    return metadata.keySet();
  }

  /** The value of a key that it has. */
  GgufValue value(String key) {
    return metadata.get(key);
  }

  /** The names of all tensors, in their order. */
  List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Says other things of a tensor, whose bytes stay what they are. */
  TinyModel describe(String name, TensorType type, List<Long> shape) {
    types.put(name, type);
    shapes.put(name, shape);
    return this;
  }

  /** The shape of a tensor, as ggml orders it. */
  List<Long> shape(String name) {
    return shapes.get(name);
  }

  /** A value under its whole key. */
  TinyModel meta(String key, GgufValue value) {
    metadata.put(key, value);
    return this;
  }

  TinyModel put(String suffix, int value) {
    metadata.put(architecture + "." + suffix, new GgufValue.Int(GgufType.UINT32, value));
    return this;
  }

  TinyModel put(String suffix, double value) {
    metadata.put(architecture + "." + suffix, new GgufValue.Real(GgufType.FLOAT32, (float) value));
    return this;
  }

  TinyModel putAll(String suffix, long... values) {
    metadata.put(architecture + "." + suffix, new GgufValue.Ints(GgufType.INT32, values));
    return this;
  }

  TinyModel put(String suffix, boolean value) {
    metadata.put(architecture + "." + suffix, new GgufValue.Bool(value));
    return this;
  }

  TinyModel put(String suffix, String value) {
    metadata.put(architecture + "." + suffix, new GgufValue.Text(value));
    return this;
  }

  /** The same tensors under other metadata. */
  TinyModel copy() {
    return new TinyModel(this, random);
  }

  /** A copy whose further tensors are drawn from another source. */
  TinyModel copy(Random other) {
    return new TinyModel(this, other);
  }

  /** A matrix or a stack of matrices, {@code shape} as ggml orders it. */
  TinyModel matrix(String name, long... shape) {
    return random(name, 0.0, 1.2 / Math.sqrt(shape[0]), shape);
  }

  /** Factors of a norm, around 1. */
  TinyModel norm(String name, int size) {
    return random(name + ".weight", 1.0, 0.3, size);
  }

  /** Values around {@code mean}. */
  TinyModel random(String name, double mean, double deviation, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return values(name, values, shape);
  }

  /** A tensor in the place that it has, or as the last. */
  TinyModel values(String name, float[] values, long... shape) {
    tensors.put(name, values);
    shapes.put(name, Arrays.stream(shape).boxed().toList());
    return this;
  }

  /** An array of booleans. */
  TinyModel putFlags(String suffix, long... flags) {
    metadata.put(architecture + "." + suffix, new GgufValue.Ints(GgufType.BOOL, flags));
    return this;
  }

  /** An array of numbers. */
  TinyModel putReals(String suffix, double... values) {
    double[] floats = Arrays.stream(values).map(value -> (float) value).toArray();
    metadata.put(architecture + "." + suffix, new GgufValue.Reals(GgufType.FLOAT32, floats));
    return this;
  }

  /** Rows of zeros in a matrix, from {@code at} on. */
  TinyModel insertRows(String name, int at, int count) {
    List<Long> shape = shapes.get(name);
    int cols = (int) (long) shape.getFirst();
    int rows = (int) (long) shape.get(1);
    float[] values = tensors.get(name);
    float[] more = new float[(rows + count) * cols];
    System.arraycopy(values, 0, more, 0, at * cols);
    System.arraycopy(values, at * cols, more, (at + count) * cols, (rows - at) * cols);
    byte[] bytes = encoded.get(name);
    if (bytes != null) {
      int row = bytes.length / rows;
      byte[] longer = new byte[(rows + count) * row];
      System.arraycopy(bytes, 0, longer, 0, at * row);
      System.arraycopy(bytes, at * row, longer, (at + count) * row, (rows - at) * row);
      encoded.put(name, longer);
    }
    return values(name, more, cols, rows + count);
  }

  /** Without a tensor. */
  TinyModel removeTensor(String name) {
    tensors.remove(name);
    shapes.remove(name);
    return this;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  float[] tensor(String name) {
    return tensors.get(name);
  }

  /** Its matrices in the formats of a mixture; all else stays float32. */
  TinyModel quantized(QuantMixture mixture) {
    types(mixture)
        .forEach((name, type) -> {
          encoded.put(name, Recoding.encode(type, tensors.get(name)));
          types.put(name, type);
        });
    return this;
  }

  /** The formats that a mixture chooses. */
  Map<String, TensorType> types(QuantMixture mixture) {
    return mixture.typesFor(shapes, integer("block_count"), integer("expert_count"));
  }

  private int integer(String suffix) {
    return metadata.get(architecture + "." + suffix) instanceof GgufValue.Int one
        ? (int) one.value()
        : 0;
  }

  /** A matrix as blocks of a format; its values are what they decode to. */
  TinyModel blocks(String name, TensorType type, byte[] bytes) {
    encoded.put(name, bytes);
    types.put(name, type);
    tensors.put(name, Recoding.decode(type, bytes));
    return this;
  }

  HeapWeights source() {
    GgufWriter writer = new GgufWriter(32);
    metadata.forEach(writer::put);
    tensors.forEach((name, values) -> {
      byte[] bytes = encoded.getOrDefault(name, Recoding.encode(TensorType.F32, values));
      writer.tensor(
          new TensorInfo(
              name, types.getOrDefault(name, TensorType.F32), shapes.get(name), 0, bytes.length),
          sink -> sink.write(bytes, 0, bytes.length));
    });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    return new HeapWeights(architecture + ".gguf", HeapMemory.wrap(out.toByteArray()));
  }

  static GgufFile header(HeapWeights source) {
    return GgufReader.parse(source.bytes(), source.size(), source.name());
  }
}
