package io.wasmchord.quant.format;

/** Quants of five bits of blocks of 32 values: bit i of four bytes is the fifth of value i. */
final class FiveBits32 {
  private FiveBits32() {}

  static void unpack(byte[] src, int high, int low, int bias, byte[] q) {
    for (int i = 0; i < 32; i++) {
      int nibble = (i < 16 ? src[low + i] : src[low + i - 16] >> 4) & 0x0F;
      int bit = (src[high + (i >> 3)] >> (i & 7)) & 1;
      q[i] = (byte) ((nibble | bit << 4) - bias);
    }
  }

  static void pack(int[] q, byte[] dst, int high, int low) {
    int bits = 0;
    for (int i = 0; i < 32; i++) {
      bits |= ((q[i] >> 4) & 1) << i;
    }
    Nibbles32.pack(q, dst, low);
    Bytes.putU16(dst, high, bits);
    Bytes.putU16(dst, high + 2, bits >>> 16);
  }
}
