package io.wasmchord.quant.format;

/**
 * Two bits of each of 256 values in 64 bytes: byte 32 h + i holds those of values 128 h + i + 0,
 * 32, 64, 96.
 */
final class Pairs256 {
  private Pairs256() {}

  /** Those of value {@code i}. */
  static int of(byte[] src, int at, int i) {
    return (src[at + (i >> 7) * 32 + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3;
  }

  /** The low two bits of {@code q}, moved down by {@code shift}. */
  static void pack(int[] q, int shift, byte[] dst, int to) {
    for (int i = 0; i < 64; i++) {
      int from = (i >> 5) * 128 + (i & 31);
      int packed = 0;
      for (int j = 0; j < 4; j++) {
        packed |= ((q[from + 32 * j] >> shift) & 3) << (2 * j);
      }
      dst[to + i] = (byte) packed;
    }
  }
}
