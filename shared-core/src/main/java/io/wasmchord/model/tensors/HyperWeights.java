package io.wasmchord.model.tensors;

import io.wasmchord.model.config.HyperConnections;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import io.wasmchord.model.tensors.WeightBinder.Slice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What makes the factors of a layer's residual streams. See {@link HyperConnections}.
 *
 * @param attention around attention
 * @param feedForward around the feed-forward layer
 */
public record HyperWeights(Factors attention, Factors feedForward) {

  /**
   * What makes them of all streams of a token, normed: the factors' sigmoids.
   *
   * @param before [streams, streams * hidden], of those of what is taken
   * @param after likewise, of those of what is given, or null where nothing is
   */
  public record Factors(Projection before, @Nullable Projection after) {}

  /** The tensors of a layer, or null where there is one residual stream. */
  static @Nullable HyperWeights bind(WeightBinder binder, ModelConfig c, int layer) {
    return c.rare().hyper() == null
        ? null
        : new HyperWeights(
            both(binder, c, WeightNames.layer(layer, "hc_attn_")),
            both(binder, c, WeightNames.layer(layer, "hc_ffn_")));
  }

  /** Those of what the last norm takes, or null where there is one residual stream. */
  static @Nullable Factors bindLast(WeightBinder binder, ModelConfig c) {
    HyperConnections hyper = c.rare().hyper();
    return hyper == null
        ? null
        : new Factors(projection(binder, c, "output_hc_", new Part(1, 0, hyper.streams())), null);
  }

  private static Factors both(WeightBinder binder, ModelConfig c, String prefix) {
    int n = Objects.requireNonNull(c.rare().hyper()).streams();
    return new Factors(
        projection(binder, c, prefix, new Part(2, 0, n)),
        projection(binder, c, prefix, new Part(2, 1, n)));
  }

  /** One of so many parts of as many rows each. */
  private record Part(int count, int number, int rows) {
    Slice of(int cols) {
      return new Slice(count * rows, cols, number * rows, rows);
    }
  }

  private static Projection projection(
      WeightBinder binder, ModelConfig c, String prefix, Part part) {
    return new Projection(
        binder.slice(prefix + "fn.weight", part.of(part.rows() * c.hidden())),
        binder.factor(prefix + "scale.weight", part.count(), part.number()),
        binder.vectorSlice(prefix + "base.weight", part.of(1)));
  }
}
