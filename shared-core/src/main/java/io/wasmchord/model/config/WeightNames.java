package io.wasmchord.model.config;

/** The tensor names that GGUF files use. */
public final class WeightNames {
  public static final String TOKEN_EMBEDDING = "token_embd.weight";
  public static final String TOKEN_TYPES = "token_types.weight";
  public static final String EMBEDDING_NORM = "token_embd_norm";
  public static final String OUTPUT_NORM = "output_norm";
  public static final String ENCODER_NORM = "enc.output_norm";
  public static final String DECODER_NORM = "dec.output_norm";
  public static final String OUTPUT = "output.weight";
  public static final String OUTPUT_BIAS = "output.bias";
  public static final String DENSE_WIDE = "dense_2.weight";
  public static final String DENSE_BACK = "dense_3.weight";
  public static final String LAYER_EMBEDDING = "per_layer_token_embd.weight";
  public static final String LAYER_PROJECTION = "per_layer_model_proj.weight";
  public static final String LAYER_PROJECTION_NORM = "per_layer_proj_norm";
  public static final String POSITIONS = "position_embd.weight";
  public static final String ROPE_FACTORS = "rope_freqs.weight";
  public static final String ROPE_LONG = "rope_factors_long.weight";
  public static final String ROPE_SHORT = "rope_factors_short.weight";
  public static final String ROUTER = "ffn_gate_inp"; // in a layer
  public static final String SHARED_UP = "ffn_up_shexp.weight"; // in a layer
  public static final String UP = "ffn_up.weight"; // in a layer
  public static final String OUT = "attn_output.weight"; // in a layer

  public static final String RELATIVE_BIASES = "attn_rel_b.weight"; // in a layer
  public static final String CROSS_BIASES = "cross_attn_rel_b.weight"; // in a layer

  public static final String CLASSIFIER = "cls";
  public static final String CLASSIFIER_NORM = "cls.norm";
  public static final String CLASSIFIER_OUT = "cls.output";

  public static final String CONVOLUTION = "shortconv.conv.weight"; // in a layer
  public static final String CONVOLUTION_IN = "shortconv.in_proj";
  public static final String CONVOLUTION_OUT = "shortconv.out_proj";

  public static final String LOW_STATE = "hrm.z_l_init";
  public static final String NEXT_PROJECTION = "nextn.eh_proj.weight"; // in a block, or its model
  public static final String NEXT_EMBEDDING_NORM = "nextn.enorm";
  public static final String NEXT_HIDDEN_NORM = "nextn.hnorm";

  public static final String STREAMS_IN = "altup_proj.weight";
  public static final String STREAMS_OUT = "altup_unembd_proj.weight";
  public static final String LAUREL_LOW = "laurel_l.weight"; // in a layer

  private WeightNames() {}

  /** A layer's tensor, e.g. {@code blk.3.attn_q.weight}. */
  public static String layer(int layer, String suffix) {
    return "blk." + layer + "." + suffix;
  }

  /**
   * Whether a tensor holds experts' weights: those of all, or in old files of one, as in {@code
   * blk.3.ffn_up.0.weight}.
   */
  public static boolean ofExperts(String name) {
    return ofAllExperts(name) || name.matches("blk\\.\\d+\\.ffn_(gate|up|down)\\.\\d+\\.weight");
  }

  /** Whether a tensor holds a matrix of every expert. */
  public static boolean ofAllExperts(String name) {
    return name.contains("_exps.");
  }
}
