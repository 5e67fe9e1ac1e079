package io.wasmchord.model;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;

/** Reads and checks a model's hyper-parameters. */
final class ModelConfigs {
  private static final int MAX_LAYERS = 1024;
  private static final int MAX_WIDTH = 1 << 20;

  private ModelConfigs() {}

  static ModelConfig read(GgufFile file, Architecture a) {
    Metadata m = file.metadata();
    Checked check = new Checked(m, a, file.fileName());
    check.refuse("expert_count", "mixtures of experts");
    int hidden = check.positive("embedding_length", MAX_WIDTH);
    int heads = check.positive("attention.head_count", MAX_WIDTH);
    int kvHeads = m.has(a.key("attention.head_count_kv")) ? check.positive("attention.head_count_kv", heads) : heads;
    boolean headsGiven = m.has(a.key("attention.key_length"));
    check.require(headsGiven || hidden % heads == 0, "embedding_length " + hidden + " does not divide by " + heads);
    check.require(heads % kvHeads == 0, "attention.head_count " + heads + " does not divide by " + kvHeads);
    int keyDim = headsGiven ? check.positive("attention.key_length", MAX_WIDTH) : hidden / heads;
    int valueDim =
        m.has(a.key("attention.value_length")) ? check.positive("attention.value_length", MAX_WIDTH) : keyDim;
    int ropeDim = m.has(a.key("rope.dimension_count")) ? check.positive("rope.dimension_count", keyDim) : keyDim;
    check.require(ropeDim % 2 == 0, "rope.dimension_count " + ropeDim + " is odd");
    float base = m.float32(a.key("rope.freq_base"), 10000f);
    check.require(base > 0 && base < Float.POSITIVE_INFINITY, "rope.freq_base is " + base);
    float eps = m.float32(a.key("attention.layer_norm_rms_epsilon"));
    check.require(eps >= 0 && eps < 1, "attention.layer_norm_rms_epsilon is " + eps);
    return new ModelConfig(
        a.name(),
        check.positive("block_count", MAX_LAYERS),
        hidden,
        check.positive("feed_forward_length", MAX_WIDTH * 16),
        heads,
        kvHeads,
        keyDim,
        valueDim,
        vocabulary(file),
        check.positive("context_length", 1 << 26),
        eps,
        ropeDim,
        base);
  }

  private static int vocabulary(GgufFile file) {
    TensorInfo embedding = file.tensor(WeightNames.TOKEN_EMBEDDING);
    if (embedding == null) {
      throw new InvalidModelException(
          file.fileName() + ": tensor " + WeightNames.TOKEN_EMBEDDING + " is missing; the file holds no whole model");
    }
    if (embedding.rows() > 1 << 24) {
      throw new InvalidModelException(file.fileName() + ": " + embedding.rows() + " token embeddings");
    }
    return (int) embedding.rows();
  }

  private record Checked(Metadata metadata, Architecture architecture, String file) {
    int positive(String suffix, int max) {
      int value = metadata.int32(architecture.key(suffix));
      require(value > 0 && value <= max, suffix + " is " + value + ", not within 1.." + max);
      return value;
    }

    void require(boolean ok, String message) {
      if (!ok) {
        throw new InvalidModelException(file + ": " + architecture.key("") + message);
      }
    }

    void refuse(String suffix, String what) {
      if (metadata.int32(architecture.key(suffix), 0) != 0) {
        throw new UnsupportedModelException(
            file + ": " + architecture.key(suffix) + " is set; this version cannot run " + what);
      }
    }
  }
}
