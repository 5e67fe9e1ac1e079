package io.wasmchord.web.kernels;

import io.wasmchord.quant.TensorType;

/**
 * Where a block's fields lie after four rows of a weight were interleaved in place. First come the
 * block's 16-bit fields, each as four values, a row each; then its other bytes as words of four
 * bytes, each as four words, a row each. Four blocks take the same bytes as before.
 *
 * @param blockBytes bytes of one row's block
 * @param halvesAt where the 16-bit fields stand in the file's block
 * @param halves how many there are
 * @param wordsAt where the other bytes stand
 * @param words how many times four bytes
 */
public record BlockLayout(int blockBytes, int halvesAt, int halves, int wordsAt, int words) {
  /** Rows that are interleaved: one for each 32-bit lane. */
  static final int ROWS = 4;

  /** The layout of a format. */
  public static BlockLayout of(TensorType type) {
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
    return new BlockLayout(bytes, atEnd ? 4 * words : 0, halves, atEnd ? 0 : 2 * halves, words);
  }

  /** Bytes of four rows' blocks. */
  public int bytes() {
    return ROWS * blockBytes;
  }

  /** Offset of the four values of 16-bit field {@code index}. */
  public int half(int index) {
    return 8 * index;
  }

  /** Offset of the four rows' word {@code index}. */
  public int word(int index) {
    return 8 * halves + 16 * index;
  }
}
