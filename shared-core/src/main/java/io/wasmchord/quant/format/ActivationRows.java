package io.wasmchord.quant.format;

/**
 * Rows of activations rounded as ggml does it.
 *
 * @param partner what they are rounded to; not floats
 * @param cols values in a row
 * @param q the int8 values, [rows, cols]
 * @param scales per block: d; for Q8_1 two floats, d and d * sum(q)
 * @param sums the partner's sums
 */
public record ActivationRows(Partner partner, int cols, byte[] q, float[] scales, short[] sums) {
  /** Room for {@code rows} rows. */
  public static ActivationRows allocate(Partner partner, int rows, int cols) {
    int values = rows * cols;
    return new ActivationRows(
        partner,
        cols,
        new byte[values],
        new float[values / partner.blockValues() * partner.scales()],
        new short[partner.summed() == 0 ? 0 : values / partner.summed()]);
  }

  /** Rounds {@code x} to row {@code row}. */
  public void put(int row, float[] x) {
    int n = partner.blockValues();
    for (int from = 0; from < cols; from += n) {
      int to = row * cols + from;
      int scale = to / n * partner.scales();
      switch (partner) {
        case FLOATS -> throw new IllegalArgumentException("floats are not rounded");
        case Q8_0 -> scales[scale] = Q8_0.quantizeBlock(x, from, q, to);
        case Q8_1 -> Q8_1.quantizeBlock(x, from, q, to, scales, scale);
        case Q8_K ->
            scales[scale] = Q8_K.quantizeBlock(x, from, q, to, sums, to / partner.summed());
      }
    }
  }
}
