package io.wasmchord.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.TensorType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Writes a BERT as GGUF in F32, as llama.cpp's converter does. */
final class BertFile {
  private static final int MEAN = 1;
  private static final int CLS = 2;
  private static final int HEADS = 12; // of all three
  private static final String[][] LAYER = {
    {"attn_q", "attention.self.query"},
    {"attn_k", "attention.self.key"},
    {"attn_v", "attention.self.value"},
    {"attn_output", "attention.output.dense"},
    {"attn_output_norm", "attention.output.LayerNorm"},
    {"ffn_up", "intermediate.dense"},
    {"ffn_down", "output.dense"},
    {"layer_output_norm", "output.LayerNorm"},
  };

  private final OnnxWeights weights;
  private final JsonNode tokenizer;
  private final GgufWriter writer = new GgufWriter(32);

  private BertFile(OnnxWeights weights, JsonNode tokenizer) {
    this.weights = weights;
    this.tokenizer = tokenizer;
  }

  /**
   * Writes the file.
   *
   * @param tokenizer Hugging Face's tokenizer.json
   * @param cls whether the first token's state is a text's vector, rather than the mean
   * @param since2025 whether with what converters write of special tokens since June 2025
   */
  static void write(
      OnnxWeights weights, JsonNode tokenizer, boolean cls, boolean since2025, Path path) {
    BertFile file = new BertFile(weights, tokenizer);
    file.shape(cls);
    file.vocabulary();
    if (since2025) {
      file.put("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true));
      file.put("tokenizer.ggml.add_eos_token", new GgufValue.Bool(true));
      file.put("tokenizer.ggml.add_sep_token", new GgufValue.Bool(false));
    }
    file.tensors();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)) {
      file.writer.writeTo((bytes, offset, length) -> write(out, bytes, offset, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(OutputStream out, byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String key, GgufValue value) {
    writer.put(key, value);
  }

  private void put(String key, long value) {
    put(key, new GgufValue.Int(GgufType.UINT32, value));
  }

  private int layers() {
    return (int)
        IntStream.iterate(0, i -> weights.has(layer(i, LAYER[0][1]) + ".weight"), i -> i + 1)
            .count();
  }

  private static String layer(int layer, String name) {
    return "encoder.layer." + layer + "." + name;
  }

  private void shape(boolean cls) {
    int[] positions = weights.named("embeddings.position_embeddings.weight").shape();
    put("general.architecture", new GgufValue.Text("bert"));
    put("bert.context_length", positions[0]);
    put("bert.embedding_length", positions[1]);
    put("bert.block_count", layers());
    put("bert.feed_forward_length", weights.named(layer(0, "intermediate.dense.bias")).shape()[0]);
    put("bert.attention.head_count", HEADS);
    put("bert.attention.layer_norm_epsilon", new GgufValue.Real(GgufType.FLOAT32, 1e-12));
    put("bert.attention.causal", new GgufValue.Bool(false));
    put("bert.pooling_type", cls ? CLS : MEAN);
  }

  private void vocabulary() {
    JsonNode vocabulary = tokenizer.get("model").get("vocab");
    String[] tokens = new String[vocabulary.size()];
    vocabulary.properties().forEach(e -> tokens[e.getValue().intValue()] = spelled(e.getKey()));
    long[] types = new long[tokens.length];
    Arrays.fill(types, 1);
    tokenizer.get("added_tokens").forEach(added -> types[added.get("id").intValue()] = 3);
    put("tokenizer.ggml.model", new GgufValue.Text("bert"));
    put("tokenizer.ggml.pre", new GgufValue.Text("default"));
    put("tokenizer.ggml.tokens", new GgufValue.Texts(List.of(tokens)));
    put("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types));
    put("tokenizer.ggml.unknown_token_id", vocabulary.get("[UNK]").intValue());
    put("tokenizer.ggml.seperator_token_id", vocabulary.get("[SEP]").intValue());
    put("tokenizer.ggml.padding_token_id", vocabulary.get("[PAD]").intValue());
    put("tokenizer.ggml.cls_token_id", vocabulary.get("[CLS]").intValue());
    put("tokenizer.ggml.mask_token_id", vocabulary.get("[MASK]").intValue());
  }

  /** GGUF marks what begins a word, BERT what does not. */
  private static String spelled(String token) {
    if (token.startsWith("[") && token.endsWith("]")) {
      return token;
    }
    return token.startsWith("##") ? token.substring(2) : "\u2581" + token;
  }

  private void tensors() {
    tensor("token_embd.weight", "embeddings.word_embeddings.weight");
    tensor("token_types.weight", "embeddings.token_type_embeddings.weight");
    tensor("position_embd.weight", "embeddings.position_embeddings.weight");
    both("token_embd_norm", "embeddings.LayerNorm");
    for (int i = 0; i < layers(); i++) {
      for (String[] names : LAYER) {
        both("blk." + i + "." + names[0], layer(i, names[1]));
      }
    }
  }

  private void both(String name, String authors) {
    tensor(name + ".weight", authors + ".weight");
    tensor(name + ".bias", authors + ".bias");
  }

  private void tensor(String name, String authors) {
    OnnxWeights.Weight weight = weights.named(authors);
    List<Long> shape = new ArrayList<>(LongStream.of(longs(weight.shape())).boxed().toList());
    List<Long> rowsLast = weight.transposed() ? shape : shape.reversed();
    float[] values = weight.rowPerOutput();
    long bytes = (long) values.length * Float.BYTES;
    writer.tensor(
        new TensorInfo(name, TensorType.F32, rowsLast, 0, bytes),
        sink -> {
          ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
          out.asFloatBuffer().put(values);
          sink.write(out.array(), 0, out.capacity());
        });
  }

  private static long[] longs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }
}
