package io.wasmchord.model;

import io.wasmchord.gguf.GgufValue;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.Recoding;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Random models whose rows are wide enough for every format: 256 values, 512 tokens, layers of a
 * few hundred kilobytes. They are made when they are first asked for, the same each time.
 */
public final class RandomFiles {
  /** Tokens in each vocabulary. */
  public static final int VOCABULARY = 512;

  private static final int CONTEXT = 2048;

  private static final Map<String, Supplier<TinyModel>> MODELS =
      Map.of(
          "llama-f16",
          () -> llama(QuantMixture.F16),
          "llama-q8_0",
          () -> llama(QuantMixture.Q8_0),
          "llama-q4_k_m",
          () -> llama(QuantMixture.Q4_K_M),
          "llama-mxfp4",
          () -> mxfp4(TensorType.MXFP4),
          "llama-mxfp4-decoded",
          () -> mxfp4(TensorType.F32),
          "llama-iq3_s",
          RandomFiles::iq3s,
          "qwen2-q4_k_m",
          RandomFiles::qwen2,
          "gemma3-q4_k_m",
          RandomFiles::gemma3,
          "mixtral-q4_k_m",
          RandomFiles::mixtral);

  private static final Map<String, HeapWeights> MADE = new ConcurrentHashMap<>();
  private static final Map<String, Path> WRITTEN = new ConcurrentHashMap<>();

  private RandomFiles() {}

  /** The file called {@code name}: an architecture and a mixture of formats. */
  public static HeapWeights file(String name) {
    return MADE.computeIfAbsent(name, key -> MODELS.get(key).get().source());
  }

  /** The same in a temporary folder, for what reads files. It is not to be changed. */
  public static Path path(String name) {
    return WRITTEN.computeIfAbsent(
        name,
        key -> {
          try {
            Path folder = Files.createTempDirectory("chord-random");
            Path path = file(key).write(folder.resolve(key + ".gguf"));
            path.toFile().deleteOnExit();
            folder.toFile().deleteOnExit();
            return path;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static TinyModel llama(QuantMixture mixture) {
    return filled(wide(new Tiny("llama", "llama")), mixture);
  }

  /**
   * Matrices of random blocks of MXFP4, which nothing here can quantize to, stored as they are or
   * as the floats that they decode to.
   */
  private static TinyModel mxfp4(TensorType stored) {
    Tiny t = wide(new Tiny("llama", "llama"));
    TinyModel model = filled(t, QuantMixture.F16);
    Random random = new Random(39);
    for (String name : model.names()) {
      if (model.shape(name).size() > 1) {
        byte[] bytes = new byte[(int) TensorType.MXFP4.rowBytes(model.tensor(name).length)];
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += TensorType.MXFP4.blockBytes()) {
          bytes[block] = (byte) (119 + random.nextInt(4)); // values of about 0.04
        }
        float[] values = Recoding.decode(TensorType.MXFP4, bytes);
        model.blocks(
            name, stored, stored == TensorType.F32 ? Recoding.encode(stored, values) : bytes);
      }
    }
    return model;
  }

  /** Matrices of random blocks of IQ3_S, of values of about 0.05. */
  private static TinyModel iq3s() {
    TinyModel model = filled(wide(new Tiny("llama", "llama")), QuantMixture.F16);
    Random random = new Random(21);
    for (String name : model.names()) {
      if (model.shape(name).size() > 1) {
        byte[] bytes = new byte[(int) TensorType.IQ3_S.rowBytes(model.tensor(name).length)];
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += TensorType.IQ3_S.blockBytes()) {
          bytes[block] = (byte) random.nextInt();
          bytes[block + 1] = 0x0D; // a float16 of 0.0003 to 0.0005
        }
        model.blocks(name, TensorType.IQ3_S, bytes);
      }
    }
    return model;
  }

  /** Biases, and an embedding that is the output matrix too. */
  private static TinyModel qwen2() {
    Tiny t = wide(new Tiny("qwen2", "qwen2"));
    t.biases = true;
    t.tied = true;
    return filled(t, QuantMixture.Q4_K_M);
  }

  /** Windows of 16 but in every sixth layer, norms after layers and of heads. */
  private static TinyModel gemma3() {
    Tiny t = wide(new Tiny("gemma3", "gemma3"));
    t.plain.layers = 6;
    t.plain.kvHeads = 1;
    t.plain.normsAfter = true;
    t.headNorms = true;
    t.tied = true;
    return filled(t, QuantMixture.Q4_K_M).put("attention.sliding_window", 16);
  }

  /** Two of eight experts in every layer. */
  private static TinyModel mixtral() {
    Tiny t = wide(new Tiny("mixtral", "llama"));
    t.plain.experts = 8;
    t.plain.used = 2;
    t.plain.expertWidth = 256;
    t.model.put("expert_count", 8).put("expert_used_count", 2);
    return filled(t, QuantMixture.Q4_K_M).put("feed_forward_length", 256);
  }

  private static Tiny wide(Tiny t) {
    t.plain.hidden = 256;
    t.plain.headDim = 64;
    t.plain.ropeDim = 64;
    t.plain.feedForward = 512;
    t.plain.vocabulary = VOCABULARY;
    return t;
  }

  private static TinyModel filled(Tiny t, QuantMixture mixture) {
    List<String> tokens = IntStream.range(0, VOCABULARY).mapToObj(RandomFiles::token).toList();
    return t.fill()
        .model
        .put("context_length", CONTEXT)
        .meta("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
        .quantized(mixture);
  }

  private static String token(int id) {
    List<String> first = List.of("a", "b", "ab", "\u0120");
    return id < first.size()
        ? first.get(id)
        : id < 28 ? String.valueOf((char) ('c' + id - 4)) : "t" + id;
  }
}
