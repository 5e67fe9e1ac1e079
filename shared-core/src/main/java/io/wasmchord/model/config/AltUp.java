package io.wasmchord.model.config;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several residual streams in place of one, as Gemma 3n has them (AltUp,
 * https://arxiv.org/abs/2301.13310). The first one goes through a layer; the others follow by what
 * is predicted of them, and corrected.
 *
 * @param streams how many, the first included
 * @param rank columns between the two matrices beside attention (LAuReL,
 *     https://arxiv.org/abs/2411.07501)
 * @param deviations for each layer, from the mean of its gates to what they must exceed, in
 *     standard deviations; minus infinity where all gates count
 */
public record AltUp(int streams, int rank, List<Float> deviations) {
  private static final int MAX_STREAMS = 16;
  private static final int MAX_RANK = 1 << 16;
  private static final String STREAMS = "altup.num_inputs";
  private static final String ACTIVE = "altup.active_idx";
  private static final String DEVIATIONS = "activation_sparsity_scale";

  private static final int SPARSE_LAYERS = 10; // where a file does not say
  private static final float OF_95_PERCENT = 1.6448534f; // of a normal distribution are below

  public AltUp {
    deviations = List.copyOf(deviations);
  }

  /** A layer's {@link #deviations}. */
  public float deviations(int layer) {
    return deviations.get(layer);
  }

  static @Nullable AltUp read(CheckedKeys keys, Architecture a, GgufFile file, int layers) {
    if (!a.has(Trait.STREAMS)) {
      return null;
    }
    int streams = keys.positive(STREAMS, MAX_STREAMS, 4);
    keys.require(streams > 1, STREAMS + " is " + streams);
    keys.same(ACTIVE, 0);
    TensorInfo low = file.tensor(WeightNames.layer(0, WeightNames.LAUREL_LOW));
    long rank = low == null ? 1 : low.rows(); // a missing one is noticed by its name
    keys.require(rank <= MAX_RANK, WeightNames.LAUREL_LOW + " has " + rank + " rows");
    return new AltUp(streams, (int) rank, deviations(keys, layers));
  }

  private static List<Float> deviations(CheckedKeys keys, int layers) {
    List<Float> each = new ArrayList<>();
    float[] values = keys.has(DEVIATIONS) ? keys.floats(DEVIATIONS, layers) : null;
    for (int layer = 0; layer < layers; layer++) {
      float none = Float.NEGATIVE_INFINITY;
      float value = values != null ? values[layer] : layer < SPARSE_LAYERS ? OF_95_PERCENT : none;
      keys.require(
          value < Float.POSITIVE_INFINITY, DEVIATIONS + " is " + value + " for layer " + layer);
      each.add(value);
    }
    return each;
  }
}
