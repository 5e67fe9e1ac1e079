package io.wasmchord.quant.format;

/** Scales in nibbles, the low one first, that stand for 1, 3, 5, ... 31. */
final class OddScales {
  static final Range RANGE = new Range(1, 31, 0);

  private OddScales() {}

  static void unpack(byte[] src, int at, int count, UnpackedBlock out) {
    for (int g = 0; g < count; g++) {
      out.scale()[g] = of(src[at + (g >> 1)] >> (4 * (g & 1)) & 0x0F);
    }
  }

  /** What {@code stored} stands for. */
  static int of(int stored) {
    return 2 * stored + 1;
  }
}
