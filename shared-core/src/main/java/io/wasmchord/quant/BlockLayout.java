package io.wasmchord.quant;

/**
 * Where a block's fields lie after the blocks of several rows of a weight were interleaved. First
 * come the block's 16-bit fields, each as one value for each row; then its other bytes as words of
 * four bytes, each as one word for each row. The blocks take the same bytes as before.
 *
 * @param rows how many rows are interleaved
 * @param blockBytes bytes of one row's block
 * @param halvesAt where the 16-bit fields stand in the file's block
 * @param halves how many there are
 * @param wordsAt where the other bytes stand
 * @param words how many times four bytes
 */
public record BlockLayout(
    int rows, int blockBytes, int halvesAt, int halves, int wordsAt, int words) {
  /** The layout of a format. */
  public static BlockLayout of(TensorType type, int rows) {
    int bytes = type.blockBytes();
    int halves =
        switch (type) {
          case F32 -> 0;
          case Q4_1, Q5_1, Q2_K, Q4_K, Q5_K, IQ4_XS -> 2;
          default -> 1;
        };
    boolean atEnd =
        switch (type) {
          case Q2_K, Q3_K, Q6_K -> true;
          default -> false;
        };
    int words = (bytes - 2 * halves) / 4;
    return new BlockLayout(
        rows, bytes, atEnd ? 4 * words : 0, halves, atEnd ? 0 : 2 * halves, words);
  }

  /** Bytes of all rows' blocks. */
  public int bytes() {
    return rows * blockBytes;
  }

  /** Offset of the rows' values of 16-bit field {@code index}. */
  public int half(int index) {
    return 2 * rows * index;
  }

  /** Offset of the rows' word {@code index}. */
  public int word(int index) {
    return rows * (2 * halves + 4 * index);
  }
}
