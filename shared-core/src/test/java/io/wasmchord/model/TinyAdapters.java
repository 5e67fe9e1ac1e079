package io.wasmchord.model;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.quant.Recoding;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random LoRA adapter of a model, as llama.cpp's converter writes them. */
public final class TinyAdapters {
  private final Random random;
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private TensorType type = TensorType.F32;

  private TinyAdapters(String architecture, int seed) {
    this.random = new Random(seed);
    put("general.architecture", architecture);
    put("general.type", "adapter");
    put("adapter.type", "lora");
  }

  /** One without tensors and alpha. */
  public static TinyAdapters of(GgufFile model, int seed) {
    return new TinyAdapters(model.metadata().string("general.architecture"), seed);
  }

  /** One of rank {@code rank} for these weights, with an alpha of 1.5 times the rank. */
  public static HeapWeights file(GgufFile model, int seed, int rank, List<String> weights) {
    TinyAdapters adapter = of(model, seed).alpha(1.5f * rank);
    weights.forEach(name -> adapter.pair(model.tensor(name), rank));
    return adapter.source("adapter-" + seed + ".gguf");
  }

  /** The matrices of a model, also of all experts together, in the file's order. */
  public static List<String> matrices(GgufFile model) {
    return model.tensors().stream()
        .filter(t -> t.name().endsWith(".weight"))
        .filter(t -> t.shape().size() == (WeightNames.ofAllExperts(t.name()) ? 3 : 2))
        .map(TensorInfo::name)
        .toList();
  }

  public TinyAdapters put(String key, String value) {
    metadata.put(key, new GgufValue.Text(value));
    return this;
  }

  public TinyAdapters put(String key, GgufValue value) {
    metadata.put(key, value);
    return this;
  }

  public TinyAdapters alpha(float alpha) {
    return put("adapter.lora.alpha", new GgufValue.Real(GgufType.FLOAT32, alpha));
  }

  /** The format of all tensors. */
  public TinyAdapters type(TensorType format) {
    type = format;
    return this;
  }

  /** What is added to a weight. */
  public TinyAdapters pair(TensorInfo weight, int rank) {
    if (weight.shape().size() == 3) {
      long experts = weight.shape().get(2);
      double deviation = 1 / Math.sqrt(weight.cols());
      matrix(weight.name() + ".lora_a", deviation, weight.cols(), rank, experts);
      return matrix(
          weight.name() + ".lora_b", 0.5, rank, weight.rows() / experts, experts);
    }
    boolean embedding = weight.name().equals(WeightNames.TOKEN_EMBEDDING);
    long first = embedding ? rank : weight.cols();
    long rows = embedding ? weight.rows() : rank;
    matrix(weight.name() + ".lora_a", 1 / Math.sqrt(first), first, rows);
    long out = embedding ? weight.cols() : weight.rows();
    return matrix(weight.name() + ".lora_b", 0.5, rank, out);
  }

  /** A tensor, {@code shape} as ggml orders it. */
  public TinyAdapters matrix(String name, double deviation, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    tensors.put(name, values);
    shapes.put(name, Arrays.stream(shape).boxed().toList());
    return this;
  }

  public TinyAdapters remove(String tensor) {
    tensors.remove(tensor);
    return this;
  }

  float[] tensor(String name) {
    return tensors.get(name);
  }

  /** The file. */
  public HeapWeights source(String name) {
    GgufWriter writer = new GgufWriter(32);
    metadata.forEach(writer::put);
    tensors.forEach((tensor, values) -> {
      byte[] bytes = Recoding.encode(type, values);
      writer.tensor(
          new TensorInfo(tensor, type, shapes.get(tensor), 0, bytes.length),
          sink -> sink.write(bytes, 0, bytes.length));
    });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    return new HeapWeights(name, HeapMemory.wrap(out.toByteArray()));
  }
}
