package io.wasmchord.cli.files;

/**
 * Shapes of llamas.
 *
 * @param ropeBase of the rotary angles
 * @param tied whether the embedding is the output too
 */
record SynthLlama(
    int hidden, int heads, int kvHeads, int feedForward, int context, double ropeBase, boolean tied)
    implements SynthShapes.Made {
  @Override
  public SynthShape of(int layers, int vocabulary) {
    int headDim = hidden / heads;
    SynthShape s =
        new SynthShape("llama", vocabulary, layers, hidden)
            .put("context_length", context)
            .put("feed_forward_length", feedForward)
            .put("attention.head_count", heads)
            .put("attention.head_count_kv", kvHeads)
            .put("rope.dimension_count", headDim)
            .put("rope.freq_base", ropeBase)
            .epsilon(1e-5);
    for (int layer = 0; layer < layers; layer++) {
      s.norm(SynthShape.block(layer) + "attn_norm", hidden)
          .attention(SynthShape.block(layer), hidden, kvHeads * headDim)
          .norm(SynthShape.block(layer) + "ffn_norm", hidden)
          .gated(SynthShape.block(layer), "", feedForward);
    }
    s.norm("output_norm", hidden);
    return tied ? s : s.matrix("output.weight", hidden, vocabulary);
  }
}
