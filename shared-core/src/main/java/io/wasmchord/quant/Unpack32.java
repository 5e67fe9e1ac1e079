package io.wasmchord.quant;

import static io.wasmchord.quant.BlockUnpacker.half;

/**
 * The formats with 32 values in a block: value i of the low nibbles is i, of the high nibbles 16 +
 * i.
 */
final class Unpack32 {
  private Unpack32() {}

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | 16 bytes: nibbles; value = d * (q - 8) |
   * </pre>
   */
  static void q4_0(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    for (int i = 0; i < 16; i++) {
      out.q()[i] = (byte) ((src[at + 2 + i] & 0x0F) - 8);
      out.q()[i + 16] = (byte) (((src[at + 2 + i] >> 4) & 0x0F) - 8);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | f16 m |
   *   | 4 | 16 bytes: nibbles; value = d * q + m |
   * </pre>
   */
  static void q4_1(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    out.dMin = half(src, at + 2);
    for (int i = 0; i < 16; i++) {
      out.q()[i] = (byte) (src[at + 4 + i] & 0x0F);
      out.q()[i + 16] = (byte) ((src[at + 4 + i] >> 4) & 0x0F);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | 4 bytes: the fifth bits, bit i of value i |
   *   | 6 | 16 bytes: nibbles; value = d * (q - 16) |
   * </pre>
   */
  static void q5_0(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    fiveBits(src, at + 2, at + 6, -16, out);
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | f16 m |
   *   | 4 | 4 bytes: the fifth bits, bit i of value i |
   *   | 8 | 16 bytes: nibbles; value = d * q + m |
   * </pre>
   */
  static void q5_1(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    out.dMin = half(src, at + 2);
    fiveBits(src, at + 4, at + 8, 0, out);
  }

  private static void fiveBits(byte[] src, int high, int low, int bias, UnpackedBlock out) {
    for (int i = 0; i < 32; i++) {
      int nibble = (i < 16 ? src[low + i] : src[low + i - 16] >> 4) & 0x0F;
      int bit = (src[high + (i >> 3)] >> (i & 7)) & 1;
      out.q()[i] = (byte) ((nibble | bit << 4) + bias);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | 32 int8; value = d * q |
   * </pre>
   */
  static void q8_0(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    System.arraycopy(src, at + 2, out.q(), 0, 32);
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | 16 bytes: nibbles that index the table; value = d * table[q] |
   * </pre>
   */
  static void iq4Nl(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src, at);
    for (int i = 0; i < 16; i++) {
      out.q()[i] = Iq4Values.of(src[at + 2 + i] & 0x0F);
      out.q()[i + 16] = Iq4Values.of((src[at + 2 + i] >> 4) & 0x0F);
    }
  }
}
