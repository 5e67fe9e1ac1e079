package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A model's hyper-parameters and a table of its tensors, as llama.cpp's converter writes them; what
 * {@code chord synth} fills with random values.
 */
final class SynthShape {
  private final String architecture;
  private final int vocabulary;
  private final int layers;
  private final int hidden;
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final List<Row> tensors = new ArrayList<>();

  /** What a tensor is filled with. */
  enum Kind {
    /** Random values in the format that was asked for. */
    MATRIX,
    /** Random float32 values. */
    FLOATS,
    /** Float32 values around 1. */
    NORM,
    /** Float32 values below 0, as decays are. */
    DECAY
  }

  /**
   * A line of the table.
   *
   * @param dimensions as files have them: the length of a row first
   */
  record Row(String name, Kind kind, List<Long> dimensions) {
    int cols() {
      return Math.toIntExact(dimensions.getFirst());
    }

    long rows() {
      return dimensions.stream().skip(1).reduce(1L, (a, b) -> a * b);
    }
  }

  SynthShape(String architecture, int vocabulary, int layers, int hidden) {
    this.architecture = architecture;
    this.vocabulary = vocabulary;
    this.layers = layers;
    this.hidden = hidden;
    metadata.put("general.architecture", new GgufValue.Text(architecture));
    put("vocab_size", vocabulary);
    put("block_count", layers);
    put("embedding_length", hidden);
    matrix("token_embd.weight", hidden, vocabulary);
  }

  int layers() {
    return layers;
  }

  int hidden() {
    return hidden;
  }

  int vocabulary() {
    return vocabulary;
  }

  Map<String, GgufValue> metadata() {
    return metadata;
  }

  List<Row> tensors() {
    return tensors;
  }

  /** Dimensions by name of a tensor. */
  Map<String, List<Long>> dimensions() {
    Map<String, List<Long>> dimensions = new LinkedHashMap<>();
    tensors.forEach(row -> dimensions.put(row.name(), row.dimensions()));
    return dimensions;
  }

  /** Experts of a layer; 0 where there are none. */
  int experts() {
    return metadata.get(architecture + ".expert_count") instanceof GgufValue.Int count
        ? (int) count.value()
        : 0;
  }

  SynthShape put(String suffix, int value) {
    return put(suffix, new GgufValue.Int(GgufType.UINT32, value));
  }

  SynthShape put(String suffix, double value) {
    return put(suffix, new GgufValue.Real(GgufType.FLOAT32, value));
  }

  SynthShape put(String suffix, GgufValue value) {
    metadata.put(architecture + "." + suffix, value);
    return this;
  }

  /** The epsilon of norms. */
  SynthShape epsilon(double value) {
    return put("attention.layer_norm_rms_epsilon", value);
  }

  /** What the names of a layer's tensors begin with. */
  static String block(int layer) {
    return "blk." + layer + ".";
  }

  /** A number for each layer. */
  SynthShape putEach(String suffix, IntUnaryOperator value) {
    long[] values = IntStream.range(0, layers).map(value).asLongStream().toArray();
    return put(suffix, new GgufValue.Ints(GgufType.INT32, values));
  }

  /** A flag for each layer. */
  SynthShape putFlags(String suffix, IntPredicate flag) {
    long[] values = IntStream.range(0, layers).mapToLong(i -> flag.test(i) ? 1 : 0).toArray();
    return put(suffix, new GgufValue.Ints(GgufType.BOOL, values));
  }

  /** Heads and what follows from them. */
  SynthShape heads(int heads, int size) {
    return put("attention.head_count", heads)
        .put("attention.key_length", size)
        .put("attention.value_length", size);
  }

  SynthShape matrix(String name, long... dimensions) {
    return row(name, Kind.MATRIX, dimensions);
  }

  SynthShape floats(String name, long... dimensions) {
    return row(name, Kind.FLOATS, dimensions);
  }

  SynthShape norm(String name, long... dimensions) {
    return row(name + ".weight", Kind.NORM, dimensions);
  }

  SynthShape decay(String name, long... dimensions) {
    return row(name, Kind.DECAY, dimensions);
  }

  private SynthShape row(String name, Kind kind, long... dimensions) {
    tensors.add(new Row(name, kind, Arrays.stream(dimensions).boxed().toList()));
    return this;
  }

  /** Queries, keys, values and output of a layer's attention. */
  SynthShape attention(String block, int queries, int keys) {
    return matrix(block + "attn_q.weight", hidden, queries)
        .matrix(block + "attn_k.weight", hidden, keys)
        .matrix(block + "attn_v.weight", hidden, keys)
        .matrix(block + "attn_output.weight", queries, hidden);
  }

  /** Norms of queries and keys. */
  SynthShape headNorms(String block, int size) {
    return norm(block + "attn_q_norm", size).norm(block + "attn_k_norm", size);
  }

  /** A gated feed-forward layer. */
  SynthShape gated(String block, String suffix, int width) {
    return matrix(block + "ffn_gate" + suffix + ".weight", hidden, width)
        .matrix(block + "ffn_up" + suffix + ".weight", hidden, width)
        .matrix(block + "ffn_down" + suffix + ".weight", width, hidden);
  }

  /** A mixture of gated experts and its router. */
  SynthShape experts(String block, int count, int width) {
    return floats(block + "ffn_gate_inp.weight", hidden, count)
        .matrix(block + "ffn_gate_exps.weight", hidden, width, count)
        .matrix(block + "ffn_up_exps.weight", hidden, width, count)
        .matrix(block + "ffn_down_exps.weight", width, hidden, count);
  }
}
