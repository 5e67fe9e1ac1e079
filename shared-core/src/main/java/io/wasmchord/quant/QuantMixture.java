package io.wasmchord.quant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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
        case KEYS, EXPERTS, OTHER -> TensorType.Q2_K;
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
        case KEYS, EXPERTS, OTHER -> TensorType.Q3_K;
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

  /** Rows that are looked up by token; where they also make logits, all of these count as such. */
  private static final Set<String> LOOKED_UP =
      Set.of("token_embd.weight", "per_layer_token_embd.weight");

  /** Parts of the names of matrices that are small, and that much depends on. */
  private static final List<String> SMALL =
      List.of(
          "_norm.",
          ".ffn_gate_inp.weight",
          "altup",
          "laurel",
          "per_layer_model_proj",
          ".shortconv.conv.",
          ".ssm_conv1d",
          "_mix_lerp",
          ".time_mix_first.",
          ".time_mix_decay_w1.",
          ".time_mix_decay_w2.",
          ".attn_rel_b.");

  /** The two matrices of low rank that RWKV makes gates, decays and rates with. */
  private static final String LOW_RANK = ".time_mix_[wvag][012].weight";

  private static final int FEW_EXPERTS = 8; // whose attention is small beside them
  private static final String LAYERS = "blk.";
  private static final int MOST_LAYERS = 1 << 20; // what follows is no number of one

  /** What recipes tell apart. */
  enum Part {
    VALUES,
    /** A fourth as wide as what goes in, or less: several heads share one of values. */
    SHARED_VALUES,
    DOWN,
    KEYS,
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
   * The formats of a model's tensors.
   *
   * @param shapes by name, e.g. {@code blk.3.ffn_down.weight}; vectors, norms, routers, short
   *     convolutions, positions, token types, biases by distance, and rows that no block divides,
   *     stay float
   * @param layers the model's number of layers
   * @param experts of each layer; 0 where there are none
   */
  public Map<String, TensorType> typesFor(Map<String, List<Long>> shapes, int layers, int experts) {
    Model model = new Model(shapes, layers, experts);
    Map<String, TensorType> types = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> types.put(name, typeFor(name, shape, model)));
    return types;
  }

  private TensorType typeFor(String name, List<Long> shape, Model model) {
    if (shape.size() < 2 || !name.endsWith(".weight") || ADDED.contains(name) || isSmall(name)) {
      return TensorType.F32;
    }
    TensorType type = usual;
    if (name.equals("output.weight") || (model.tied() && LOOKED_UP.contains(name))) {
      type = output;
    } else if (LOOKED_UP.contains(name) && (this == TQ1_0 || this == TQ2_0)) {
      type = TensorType.Q4_K;
    } else if (layer(name) >= 0) {
      Part part = part(name, shape);
      type = inner(part, model.place(name, part), model.places(part));
      if (model.experts == FEW_EXPERTS && usual != TensorType.F16 && this != MXFP4_MOE) {
        type = besideFewExperts(part, type);
      }
    }
    return fitting(type, shape.get(0));
  }

  private static boolean isSmall(String name) {
    return SMALL.stream().anyMatch(name::contains) || name.matches(".*" + LOW_RANK);
  }

  /** Attention is a small part of a model that has eight experts. */
  private TensorType besideFewExperts(Part part, TensorType type) {
    return switch (part) {
      case VALUES, SHARED_VALUES, KEYS -> TensorType.Q8_0;
      case ATTENTION_OUTPUT ->
          switch (this) {
            case Q2_K, Q3_K_M, Q4_K_M, IQ4_NL, IQ4_XS -> TensorType.Q5_K;
            default -> type;
          };
      default -> type;
    };
  }

  private Part part(String name, List<Long> shape) {
    if (this == MXFP4_MOE) {
      return shape.size() > 2 ? Part.EXPERTS : Part.OTHER;
    }
    if (isValues(name)) {
      return shape.get(0) / 4 >= shape.get(1) ? Part.SHARED_VALUES : Part.VALUES;
    }
    return isDown(name)
        ? Part.DOWN
        : name.endsWith("attn_k.weight")
            ? Part.KEYS
            : name.endsWith("attn_output.weight") ? Part.ATTENTION_OUTPUT : Part.OTHER;
  }

  private static boolean isValues(String name) {
    return name.endsWith("attn_v.weight")
        || name.endsWith("attn_qkv.weight")
        || name.endsWith("attn_kv_b.weight");
  }

  private static boolean isDown(String name) {
    return name.contains("ffn_down") && name.endsWith(".weight");
  }

  /** What recipes go by beside a tensor's name: the place of a matrix among those of its kind. */
  private record Model(Map<String, List<Long>> shapes, int layers, int experts) {
    boolean tied() {
      return !shapes.containsKey("output.weight");
    }

    int place(String name, Part part) {
      int layer = layer(name);
      boolean counted =
          switch (part) {
            case VALUES, SHARED_VALUES -> true;
            case DOWN -> experts <= 1;
            case KEYS, ATTENTION_OUTPUT, EXPERTS, OTHER -> false;
          };
      return counted ? (int) like(part).filter(other -> layer(other) < layer).count() : layer;
    }

    int places(Part part) {
      return part == Part.VALUES || part == Part.SHARED_VALUES ? (int) like(part).count() : layers;
    }

    private Stream<String> like(Part part) {
      return shapes.keySet().stream()
          .filter(part == Part.DOWN ? QuantMixture::isDown : QuantMixture::isValues);
    }
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
          case Q5_K -> TensorType.Q5_1;
          case Q2_K, Q3_K, TQ1_0, TQ2_0 -> TensorType.Q4_0;
          case IQ4_XS -> TensorType.IQ4_NL;
          default -> TensorType.Q8_0;
        };
    return cols % small.blockElements() == 0 ? small : TensorType.F16;
  }
}
