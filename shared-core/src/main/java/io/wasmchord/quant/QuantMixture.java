package io.wasmchord.quant;

import java.util.List;
import java.util.Set;

/** Which format each tensor of a llama-like model gets, as llama.cpp's recipes choose it. */
public enum QuantMixture {
  F16(TensorType.F16, TensorType.F16, TensorType.F16),
  Q8_0(TensorType.Q8_0, TensorType.Q8_0, TensorType.Q8_0),
  Q4_0(TensorType.Q4_0, TensorType.Q4_0, TensorType.Q6_K),
  Q4_K_M(TensorType.Q4_K, TensorType.Q6_K, TensorType.Q6_K),
  Q5_K_M(TensorType.Q5_K, TensorType.Q6_K, TensorType.Q6_K),
  Q6_K(TensorType.Q6_K, TensorType.Q6_K, TensorType.Q6_K);

  /** Rows that are added to those of tokens: few, and their error would be in every token. */
  private static final Set<String> ADDED = Set.of("position_embd.weight", "token_types.weight");

  private final TensorType usual;
  private final TensorType better; // for what loses most: part of attn_v and ffn_down
  private final TensorType output;

  QuantMixture(TensorType usual, TensorType better, TensorType output) {
    this.usual = usual;
    this.better = better;
    this.output = output;
  }

  /**
   * The format of a tensor.
   *
   * @param name e.g. {@code blk.3.ffn_down.weight}
   * @param shape vectors, norms, short convolutions, positions, token types, and rows that no block
   *     divides, stay float
   * @param layers the model's number of layers
   * @param tied whether the embedding also serves as the output matrix
   */
  public TensorType typeFor(String name, List<Long> shape, int layers, boolean tied) {
    boolean few =
        name.contains("_norm.")
            || name.contains(".shortconv.conv.")
            || name.contains(".ssm_conv1d")
            || name.contains("_mix_lerp")
            || name.contains(".time_mix_first.");
    if (shape.size() < 2 || few || !name.endsWith(".weight") || ADDED.contains(name)) {
      return TensorType.F32;
    }
    TensorType type = usual;
    if (name.equals("output.weight") || (tied && name.equals("token_embd.weight"))) {
      type = output;
    } else if ((name.contains("attn_v") || name.contains("ffn_down"))
        && moreBits(layer(name), layers)) {
      type = better;
    }
    return fitting(type, shape.get(0));
  }

  private static int layer(String name) {
    int from = name.indexOf('.') + 1;
    return Integer.parseInt(name.substring(from, name.indexOf('.', from)));
  }

  private static boolean moreBits(int layer, int layers) {
    return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
  }

  private static TensorType fitting(TensorType type, long cols) {
    if (cols % type.blockElements() == 0) {
      return type;
    }
    TensorType small = type == TensorType.Q4_K ? TensorType.Q5_0 : TensorType.Q8_0;
    return cols % small.blockElements() == 0 ? small : TensorType.F16;
  }
}
