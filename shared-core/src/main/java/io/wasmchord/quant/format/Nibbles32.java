package io.wasmchord.quant.format;

/** Nibbles of blocks of 32 values: byte i holds values i (low) and 16 + i (high). */
final class Nibbles32 {
  private Nibbles32() {}

  static void unpack(byte[] src, int at, int bias, byte[] q) {
    for (int i = 0; i < 16; i++) {
      q[i] = (byte) ((src[at + i] & 0x0F) - bias);
      q[i + 16] = (byte) (((src[at + i] >> 4) & 0x0F) - bias);
    }
  }

  /** Of nibbles that index {@code table}, to {@code q[to]} on. */
  static void lookUp(byte[] src, int at, ValueTable table, byte[] q, int to) {
    for (int i = 0; i < 16; i++) {
      q[to + i] = table.value(src[at + i] & 0x0F);
      q[to + i + 16] = table.value((src[at + i] >> 4) & 0x0F);
    }
  }

  /** The low four bits of {@code q}. */
  static void pack(int[] q, byte[] dst, int to) {
    for (int i = 0; i < 16; i++) {
      dst[to + i] = (byte) ((q[i] & 0x0F) | (q[i + 16] & 0x0F) << 4);
    }
  }
}
