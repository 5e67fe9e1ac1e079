package io.wasmchord.model.config;

import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds of the activations of single layers; see {@link
 * io.wasmchord.backend.Activation#SILU_LIMITED}. Where there are none, both lists are empty.
 *
 * @param experts of each layer's experts; 0 where there is none
 * @param dense of each layer's feed-forward layer, or of its shared expert; 0 where there is none
 */
public record ActivationLimits(List<Float> experts, List<Float> dense) {
  /** None of them. */
  public static final ActivationLimits NONE = new ActivationLimits(List.of(), List.of());

  public ActivationLimits {
    experts = List.copyOf(experts);
    dense = List.copyOf(dense);
  }

  /** The bound of a layer's experts; 0 where there is none. */
  public float ofExperts(int layer) {
    return experts.isEmpty() ? 0f : experts.get(layer);
  }

  /** The bound of a layer's feed-forward layer, or shared expert; 0 where there is none. */
  public float ofDense(int layer) {
    return dense.isEmpty() ? 0f : dense.get(layer);
  }

  static ActivationLimits read(Architecture a, CheckedKeys keys, int layers) {
    return a.has(Trait.BOUNDED_ACTIVATIONS)
        ? new ActivationLimits(
            each(a, keys, "swiglu_clamp_exp", layers), each(a, keys, "swiglu_clamp_shexp", layers))
        : NONE;
  }

  private static List<Float> each(Architecture a, CheckedKeys keys, String suffix, int layers) {
    if (!keys.has(suffix)) {
      return List.of();
    }
    Metadata m = keys.metadata();
    boolean one = m.value(a.key(suffix)) instanceof GgufValue.Real;
    float[] given = one ? new float[] {m.float32(a.key(suffix))} : m.floats(a.key(suffix));
    keys.require(
        one || given.length >= layers, suffix + " has " + given.length + " entries, not " + layers);
    List<Float> limits = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      float limit = given[one ? 0 : layer];
      keys.require(limit >= 0 && limit < Float.POSITIVE_INFINITY, suffix + " is " + limit);
      limits.add(limit);
    }
    return limits;
  }
}
