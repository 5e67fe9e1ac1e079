package io.wasmchord.quant;

import java.util.List;
import java.util.Set;

/**
 * Which format each tensor of a llama-like model gets, as llama.cpp's recipes choose it. Where
 * those look at how many heads share a value, the matrix's shape is looked at here; an importance
 * matrix changes no choice.
 */
public enum QuantMixture {
  F16(TensorType.F16, TensorType.F16),
  Q8_0(TensorType.Q8_0, TensorType.Q8_0),
  Q4_0(TensorType.Q4_0, TensorType.Q6_K),
  Q4_K_M(TensorType.Q4_K, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return part.loses() && moreBits(layer, layers) ? TensorType.Q6_K : TensorType.Q4_K;
    }
  },
  Q5_K_M(TensorType.Q5_K, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return part.loses() && moreBits(layer, layers) ? TensorType.Q6_K : TensorType.Q5_K;
    }
  },
  Q6_K(TensorType.Q6_K, TensorType.Q6_K),
  Q2_K(TensorType.Q2_K, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return switch (part) {
        case SHARED_VALUES -> TensorType.Q4_K;
        case VALUES, DOWN, ATTENTION_OUTPUT -> TensorType.Q3_K;
        case EXPERTS, OTHER -> TensorType.Q2_K;
      };
    }
  },
  Q3_K_M(TensorType.Q3_K, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return switch (part) {
        case VALUES, SHARED_VALUES -> layer < 2 ? TensorType.Q5_K : TensorType.Q4_K;
        case DOWN -> layer < layers / 16 ? TensorType.Q5_K : TensorType.Q4_K;
        case ATTENTION_OUTPUT -> TensorType.Q4_K;
        case EXPERTS, OTHER -> TensorType.Q3_K;
      };
    }
  },
  IQ4_NL(TensorType.IQ4_NL, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return better(part, layer, layers) ? TensorType.Q5_K : TensorType.IQ4_NL;
    }
  },
  IQ4_XS(TensorType.IQ4_XS, TensorType.Q6_K) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return better(part, layer, layers) ? TensorType.Q5_K : TensorType.IQ4_XS;
    }
  },
  /** For models that were trained with values of -1, 0 and 1. */
  TQ1_0(TensorType.TQ1_0, TensorType.Q6_K),
  /** The same, larger and quicker. */
  TQ2_0(TensorType.TQ2_0, TensorType.Q6_K),
  /** Every matrix but the output. */
  MXFP4(TensorType.MXFP4, TensorType.Q8_0),
  /** The experts of a mixture; everything else is Q8_0. */
  MXFP4_MOE(TensorType.Q8_0, TensorType.Q8_0) {
    @Override
    TensorType inner(Part part, int layer, int layers) {
      return part == Part.EXPERTS ? TensorType.MXFP4 : TensorType.Q8_0;
    }
  };

  /** Rows that are added to those of tokens: few, and their error would be in every token. */
  private static final Set<String> ADDED = Set.of("position_embd.weight", "token_types.weight");

  private static final String LAYERS = "blk.";
  private static final int MOST_LAYERS = 1 << 20; // what follows is no number of one

  /** What recipes tell apart. */
  enum Part {
    VALUES,
    /** A fourth as wide as what goes in, or less: several heads share one of values. */
    SHARED_VALUES,
    DOWN,
    ATTENTION_OUTPUT,
    EXPERTS,
    OTHER;

    /** Whether an error in it costs most. */
    boolean loses() {
      return this == VALUES || this == SHARED_VALUES || this == DOWN;
    }
  }

  private final TensorType usual;
  private final TensorType output;

  QuantMixture(TensorType usual, TensorType output) {
    this.usual = usual;
    this.output = output;
  }

  /** The format of a layer's matrix. */
  TensorType inner(Part part, int layer, int layers) {
    return usual;
  }

  /**
   * The format of a tensor.
   *
   * @param name e.g. {@code blk.3.ffn_down.weight}
   * @param shape vectors, norms, short convolutions, positions, token types, biases by distance,
   *     and rows that no block divides, stay float
   * @param layers the model's number of layers
   * @param tied whether the embedding also serves as the output matrix
   */
  public TensorType typeFor(String name, List<Long> shape, int layers, boolean tied) {
    boolean few =
        name.contains("_norm.")
            || name.contains(".shortconv.conv.")
            || name.contains(".ssm_conv1d")
            || name.contains("_mix_lerp")
            || name.contains(".time_mix_first.")
            || name.contains("attn_rel_b.");
    if (shape.size() < 2 || few || !name.endsWith(".weight") || ADDED.contains(name)) {
      return TensorType.F32;
    }
    TensorType type = usual;
    if (name.equals("output.weight") || (tied && name.equals("token_embd.weight"))) {
      type = output;
    } else if (name.equals("token_embd.weight") && (this == TQ1_0 || this == TQ2_0)) {
      type = TensorType.Q4_K;
    } else if (layer(name) >= 0) {
      type = inner(part(name, shape), layer(name), layers);
    }
    return fitting(type, shape.get(0));
  }

  private Part part(String name, List<Long> shape) {
    if (this == MXFP4_MOE) {
      return shape.size() > 2 ? Part.EXPERTS : Part.OTHER;
    }
    if (name.contains("attn_v")) {
      return shape.get(0) / 4 >= shape.get(1) ? Part.SHARED_VALUES : Part.VALUES;
    }
    return name.contains("ffn_down")
        ? Part.DOWN
        : name.contains("attn_output") ? Part.ATTENTION_OUTPUT : Part.OTHER;
  }

  /** The layer's number; -1 where the name has none. */
  private static int layer(String name) {
    int at = name.indexOf(LAYERS);
    int layer = -1;
    for (int i = at + LAYERS.length(); at >= 0 && i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || layer > MOST_LAYERS) {
        break;
      }
      layer = Math.max(layer, 0) * 10 + digit;
    }
    return layer;
  }

  private static boolean moreBits(int layer, int layers) {
    return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
  }

  private static boolean better(Part part, int layer, int layers) {
    return part == Part.SHARED_VALUES || (part == Part.DOWN && layer < layers / 8);
  }

  private static TensorType fitting(TensorType type, long cols) {
    if (cols % type.blockElements() == 0) {
      return type;
    }
    TensorType small =
        switch (type) {
          case Q4_K -> TensorType.Q5_0;
          case Q2_K, Q3_K, TQ1_0, TQ2_0 -> TensorType.Q4_0;
          case IQ4_XS -> TensorType.IQ4_NL;
          default -> TensorType.Q8_0;
        };
    return cols % small.blockElements() == 0 ? small : TensorType.F16;
  }
}
