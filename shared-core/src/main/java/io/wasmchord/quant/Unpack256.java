package io.wasmchord.quant;

import static io.wasmchord.quant.BlockUnpacker.half;

/** The formats with 256 values in a block. */
final class Unpack256 {
  private Unpack256() {}

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | 16 bytes: low nibble scale, high nibble minimum of 16 values |
   *   | 16 | 64 bytes: 2-bit quants, byte 32 h + i holds values 128 h + i + 0, 32, 64, 96 |
   *   | 80 | f16 d |
   *   | 82 | f16 dMin |
   * </pre>
   */
  static void q2K(byte[] src, int at, UnpackedBlock out) {
    out.group = 16;
    out.d = half(src, at + 80);
    out.dMin = half(src, at + 82);
    for (int g = 0; g < 16; g++) {
      out.scale()[g] = src[at + g] & 0x0F;
      out.min()[g] = (src[at + g] >> 4) & 0x0F;
    }
    for (int i = 0; i < 256; i++) {
      int packed = src[at + 16 + (i >> 7) * 32 + (i & 31)];
      out.q()[i] = (byte) ((packed >> (((i >> 5) & 3) * 2)) & 3);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | 32 bytes: the third bits (1: subtract nothing, 0: subtract 4), bit j of byte i is value 32 j + i |
   *   | 32 | 64 bytes: low 2 bits, as in Q2_K |
   *   | 96 | 12 bytes: 16 scales of 6 bits: 8 bytes of low nibbles, 4 of high pairs |
   *   | 108 | f16 d |
   * </pre>
   */
  static void q3K(byte[] src, int at, UnpackedBlock out) {
    out.group = 16;
    out.d = half(src, at + 108);
    int scales = at + 96;
    for (int g = 0; g < 16; g++) {
      int low = (g < 8 ? src[scales + g] : src[scales + g - 8] >> 4) & 0x0F;
      int high = (src[scales + 8 + (g & 3)] >> ((g >> 2) * 2)) & 3;
      out.scale()[g] = (low | high << 4) - 32;
    }
    for (int i = 0; i < 256; i++) {
      int packed = src[at + 32 + (i >> 7) * 32 + (i & 31)];
      int low = (packed >> (((i >> 5) & 3) * 2)) & 3;
      int high = (src[at + (i & 31)] >> (i >> 5)) & 1;
      out.q()[i] = (byte) (low - (high == 0 ? 4 : 0));
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | f16 dMin |
   *   | 4 | 12 bytes: 8 scales and 8 minimums of 6 bits |
   *   | 16 | 128 bytes: byte 32 h + i holds values 64 h + i (low) and 64 h + 32 + i (high) |
   * </pre>
   */
  static void q4K(byte[] src, int at, UnpackedBlock out) {
    scalesAndMins(src, at, out);
    nibbles(src, at + 16, out);
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | f16 dMin |
   *   | 4 | 12 bytes: scales and minimums as in Q4_K |
   *   | 16 | 32 bytes: the fifth bits, bit j of byte i is value 32 j + i |
   *   | 48 | 128 bytes: nibbles as in Q4_K |
   * </pre>
   */
  static void q5K(byte[] src, int at, UnpackedBlock out) {
    scalesAndMins(src, at, out);
    nibbles(src, at + 48, out);
    for (int i = 0; i < 256; i++) {
      int bit = (src[at + 16 + (i & 31)] >> (i >> 5)) & 1;
      out.q()[i] |= (byte) (bit << 4);
    }
  }

  private static void nibbles(byte[] src, int at, UnpackedBlock out) {
    for (int i = 0; i < 256; i++) {
      int packed = src[at + (i >> 6) * 32 + (i & 31)];
      out.q()[i] = (byte) ((packed >> ((i >> 3) & 4)) & 0x0F);
    }
  }

  /** Two float16, then eight 6-bit scales and eight 6-bit minimums in twelve bytes. */
  private static void scalesAndMins(byte[] src, int at, UnpackedBlock out) {
    out.group = 32;
    out.d = half(src, at);
    out.dMin = half(src, at + 2);
    int p = at + 4;
    for (int g = 0; g < 4; g++) {
      out.scale()[g] = src[p + g] & 63;
      out.min()[g] = src[p + 4 + g] & 63;
      out.scale()[g + 4] = (src[p + 8 + g] & 0x0F) | ((src[p + g] & 0xC0) >> 2);
      out.min()[g + 4] = ((src[p + 8 + g] >> 4) & 0x0F) | ((src[p + 4 + g] & 0xC0) >> 2);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | 128 bytes: low nibbles, byte 64 h + i holds values 128 h + i (low) and 128 h + 64 + i (high) |
   *   | 128 | 64 bytes: high pairs, byte 32 h + i holds values 128 h + i + 0, 32, 64, 96 |
   *   | 192 | 16 int8 scales |
   *   | 208 | f16 d |
   * </pre>
   */
  static void q6K(byte[] src, int at, UnpackedBlock out) {
    out.group = 16;
    out.d = half(src, at + 208);
    for (int g = 0; g < 16; g++) {
      out.scale()[g] = src[at + 192 + g];
    }
    for (int i = 0; i < 256; i++) {
      int part = i >> 7;
      int packed = src[at + part * 64 + (i & 63)];
      int low = ((i & 64) == 0 ? packed : packed >> 4) & 0x0F;
      int high = (src[at + 128 + part * 32 + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3;
      out.q()[i] = (byte) ((low | high << 4) - 32);
    }
  }

  /**
   * <pre>
   *   | byte | field |
   *   | 0 | f16 d |
   *   | 2 | 16 bits: high pairs of 8 scales |
   *   | 4 | 4 bytes: low nibbles of 8 scales |
   *   | 8 | 128 bytes: per 32 values 16 bytes of nibbles as in IQ4_NL |
   * </pre>
   */
  static void iq4Xs(byte[] src, int at, UnpackedBlock out) {
    out.group = 32;
    out.d = half(src, at);
    int high = (src[at + 2] & 0xFF) | (src[at + 3] & 0xFF) << 8;
    for (int g = 0; g < 8; g++) {
      int low = (src[at + 4 + (g >> 1)] >> ((g & 1) * 4)) & 0x0F;
      out.scale()[g] = (low | ((high >> (2 * g)) & 3) << 4) - 32;
      int quants = at + 8 + g * 16;
      for (int i = 0; i < 16; i++) {
        out.q()[g * 32 + i] = Iq4Values.of(src[quants + i] & 0x0F);
        out.q()[g * 32 + 16 + i] = Iq4Values.of((src[quants + i] >> 4) & 0x0F);
      }
    }
  }
}
