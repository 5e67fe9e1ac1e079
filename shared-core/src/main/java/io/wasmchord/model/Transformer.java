package io.wasmchord.model;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.math.FloatMath;
import java.util.List;

/**
 * A llama-like decoder: records one batch's commands and submits them. Prompts and single steps
 * record the same commands.
 */
final class Transformer implements Model {
  private final ComputeBackend backend;
  private final Architecture architecture;
  private final ModelConfig config;
  private final ModelWeights weights;
  private final RopeTable ropeTable;
  private final Scratch scratch;
  private final Tensor logits; // [1, vocabulary]
  private final float attentionScale;

  /** The tensors outside and inside of the blocks. */
  record ModelWeights(
      Tensor embedding, List<LayerWeights> layers, Tensor outputNorm, Tensor output) {}

  Transformer(
      ComputeBackend backend,
      Architecture architecture,
      ModelConfig config,
      ModelWeights weights,
      RopeTable ropeTable,
      int maxBatch) {
    this.backend = backend;
    this.architecture = architecture;
    this.config = config;
    this.weights = weights;
    this.ropeTable = ropeTable;
    this.scratch = Scratch.allocate(backend, config, maxBatch);
    this.logits = Scratch.activation(backend, 1, config.vocabulary());
    this.attentionScale = 1f / FloatMath.sqrt(config.keyDim());
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public int maxBatch() {
    return scratch.x().rows();
  }

  @Override
  public KvCache newCache(int positions, KvType type) {
    return backend.allocateKv(
        new KvSpec(
            config.layers(),
            positions,
            config.kvHeads(),
            config.keyDim(),
            config.valueDim(),
            type));
  }

  @Override
  public void release(KvCache cache) {
    backend.release(cache);
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    Scratch s = scratch.first(tokens.length);
    writeRope(s.rope(), position, tokens.length);
    Commands commands = backend.record();
    commands.embed(weights.embedding(), tokens, s.x());
    for (int layer = 0; layer < config.layers(); layer++) {
      LayerWeights w = weights.layers().get(layer);
      attention(commands, w, s, cache, layer, position);
      feedForward(commands, w, s);
    }
    float[] result = readLogits(commands, s, wanted);
    backend.submit(commands).await();
    return result;
  }

  private void attention(
      Commands c, LayerWeights w, Scratch s, KvCache cache, int layer, int position) {
    c.rmsNorm(s.x(), w.attentionNorm(), config.normEps(), s.normed());
    project(c, s.normed(), w.query(), s.q());
    project(c, s.normed(), w.key(), s.k());
    project(c, s.normed(), w.value(), s.v());
    c.rope(s.q(), s.rope(), config.keyDim(), architecture.rope());
    c.rope(s.k(), s.rope(), config.keyDim(), architecture.rope());
    c.storeKv(s.k(), s.v(), cache, layer, position);
    c.attention(
        new Command.Attention(
            s.q(), cache, layer, position, config.heads(), attentionScale, 0f, 0, s.attended()));
    project(c, s.attended(), w.output(), s.delta());
    c.add(s.x(), s.delta());
  }

  private void feedForward(Commands c, LayerWeights w, Scratch s) {
    c.rmsNorm(s.x(), w.feedForwardNorm(), config.normEps(), s.normed());
    project(c, s.normed(), w.gate(), s.gate());
    project(c, s.normed(), w.up(), s.up());
    c.gate(s.gate(), s.up(), Activation.SILU, s.gate());
    project(c, s.gate(), w.down(), s.delta());
    c.add(s.x(), s.delta());
  }

  private static void project(Commands c, Tensor x, LayerWeights.Projection p, Tensor out) {
    c.matmul(x, p.weight(), out);
    if (p.bias() != null) {
      c.addBias(out, p.bias());
    }
  }

  private float[] readLogits(Commands c, Scratch s, Wanted wanted) {
    int tokens = s.x().rows();
    int count =
        switch (wanted) {
          case NONE -> 0;
          case LAST -> 1;
          case ALL -> tokens;
        };
    float[] result = new float[Math.multiplyExact(count, config.vocabulary())];
    for (int i = 0; i < count; i++) {
      Tensor x = s.x().rows(tokens - count + i, 1);
      Tensor normed = s.normed().rows(0, 1);
      c.rmsNorm(x, weights.outputNorm(), config.normEps(), normed);
      c.matmul(normed, weights.output(), logits);
      c.readBack(logits, result, i * config.vocabulary());
    }
    return result;
  }

  private void writeRope(Tensor rope, int position, int tokens) {
    float[] table = ropeTable.rows(position, tokens);
    HeapMemory bytes = HeapMemory.ofSize(4 * table.length);
    bytes.putFloats(0, table, 0, table.length);
    backend.write(rope, 0, bytes);
  }

  @Override
  public void close() {
    backend.close();
  }
}
