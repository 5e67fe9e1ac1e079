package io.wasmchord.quant.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How IQ4_NL and IQ4_XS choose a scale for 32 values: ggml's {@code quantize_row_iq4_nl_impl}. */
final class IQ4Search {
  private static final int TRIES = 7; // on each side of the first
  private static final int GROUP = 32;

  private IQ4Search() {}

  /**
   * Weights of the 32 values at {@code x[at]}.
   *
   * @param importance null where there is none
   * @param block where the block begins that the variance is of
   * @param n values of the block
   */
  static float[] weights(
      float[] x, int at, float @Nullable [] importance, int from, int block, int n) {
    float[] weights = new float[GROUP];
    if (importance != null) {
      float variance = Importances.squares(x, block, n) * (2f / n);
      Importances.weigh(x, at, importance, from, variance, weights);
    } else {
      for (int i = 0; i < GROUP; i++) {
        weights[i] = x[at + i] * x[at + i];
      }
    }
    return weights;
  }

  /** The scale of 32 values; 0 where they are all next to nothing. */
  static float scale(float[] x, int at, float[] weights) {
    float max = Scales32.largest(x, at);
    if (Math.abs(max) < ScaleSearch.EPSILON) {
      return 0f;
    }
    int least = IQ4_NL.TABLE.value(0);
    Sums sums = Sums.of(x, at, weights, 1f / (max * -1f / least));
    float scale = sums.squares > 0f ? sums.products / sums.squares : 0f;
    float best = scale * sums.products;
    for (int k = -TRIES; k <= TRIES; k++) {
      sums = Sums.of(x, at, weights, (k + least) / max);
      if (sums.squares > 0f && sums.products * sums.products > best * sums.squares) {
        scale = sums.products / sums.squares;
        best = scale * sums.products;
      }
    }
    return scale;
  }

  private record Sums(float products, float squares) {
    static Sums of(float[] x, int at, float[] weights, float inverse) {
      float products = 0f;
      float squares = 0f;
      for (int i = 0; i < GROUP; i++) {
        float q = IQ4_NL.TABLE.value(nearest(inverse * x[at + i]));
        products = products + weights[i] * q * x[at + i];
        squares = squares + weights[i] * q * q;
      }
      return new Sums(products, squares);
    }
  }

  /** Writes the indices of the 32 values, in nibbles, for a scale. */
  static void pack(float[] x, int at, float scale, byte[] dst, int to) {
    float inverse = scale != 0f ? 1f / scale : 0f;
    int[] indices = new int[GROUP];
    Arrays.setAll(indices, i -> nearest(inverse * x[at + i]));
    Nibbles32.pack(indices, dst, to);
  }

  /** Index of the table's value that is nearest to {@code x}, the larger of two as near. */
  private static int nearest(float x) {
    ValueTable table = IQ4_NL.TABLE;
    if (x <= table.value(0)) {
      return 0;
    }
    int above = 1;
    while (above < table.size() - 1 && !(x < table.value(above))) {
      above++;
    }
    return x - table.value(above - 1) < table.value(above) - x ? above - 1 : above;
  }
}
