package io.wasmchord.quant.format;

/**
 * Quantization of one format's rows by the importance of their columns, byte-equal to ggml's
 * quantizers with an importance matrix.
 */
@FunctionalInterface
public interface WeightedEncoder {
  /**
   * Encodes a row.
   *
   * @param row whole blocks
   * @param importance of each column, from {@code from} on; finite and not negative
   * @param dst the row's blocks from 0 on
   */
  void encode(float[] row, float[] importance, int from, byte[] dst);

  /** Encodes a block; the arguments are those of a row, and where the block is. */
  @FunctionalInterface
  interface Block {
    /** Encodes the values at {@code src[at]} by {@code importance[from]} on to {@code dst[to]}. */
    void encode(float[] src, int at, float[] importance, int from, byte[] dst, int to);
  }

  /** An encoder whose blocks do not depend on each other. */
  static WeightedEncoder of(BlockFormat format, Block block) {
    int n = format.values();
    return (row, importance, from, dst) -> {
      for (int at = 0; at < row.length; at += n) {
        block.encode(row, at, importance, from + at, dst, at / n * format.bytes());
      }
    };
  }
}
