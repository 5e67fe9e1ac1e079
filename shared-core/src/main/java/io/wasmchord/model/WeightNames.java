package io.wasmchord.model;

/** The tensor names that GGUF files use. */
final class WeightNames {
  static final String TOKEN_EMBEDDING = "token_embd.weight";
  static final String TOKEN_TYPES = "token_types.weight";
  static final String EMBEDDING_NORM = "token_embd_norm";
  static final String OUTPUT_NORM = "output_norm";
  static final String OUTPUT = "output.weight";
  static final String OUTPUT_BIAS = "output.bias";
  static final String DENSE_WIDE = "dense_2.weight";
  static final String DENSE_BACK = "dense_3.weight";
  static final String POSITIONS = "position_embd.weight";
  static final String ROPE_FACTORS = "rope_freqs.weight";
  static final String ROPE_LONG = "rope_factors_long.weight";
  static final String ROPE_SHORT = "rope_factors_short.weight";
  static final String SHARED_UP = "ffn_up_shexp.weight"; // in a layer

  static final String CONVOLUTION = "shortconv.conv.weight"; // in a layer
  static final String CONVOLUTION_IN = "shortconv.in_proj";
  static final String CONVOLUTION_OUT = "shortconv.out_proj";

  private WeightNames() {}

  /** A layer's tensor, e.g. {@code blk.3.attn_q.weight}. */
  static String layer(int layer, String suffix) {
    return "blk." + layer + "." + suffix;
  }
}
