package io.wasmchord.quant.format;

import io.wasmchord.math.Float16;

/** Little-endian fields of a block. */
public final class Bytes {
  private Bytes() {}

  static int u16(byte[] src, int at) {
    return (src[at] & 0xFF) | (src[at + 1] & 0xFF) << 8;
  }

  static float f16(byte[] src, int at) {
    return Float16.toFloat(u16(src, at));
  }

  static int i32(byte[] src, int at) {
    return u16(src, at) | u16(src, at + 2) << 16;
  }

  static float f32(byte[] src, int at) {
    return Float.intBitsToFloat(i32(src, at));
  }

  static void putU16(byte[] dst, int at, int value) {
    dst[at] = (byte) value;
    dst[at + 1] = (byte) (value >> 8);
  }

  static void putF16(byte[] dst, int at, float value) {
    putU16(dst, at, Float16.fromFloat(value));
  }

  static void putF32(byte[] dst, int at, float value) {
    int bits = Float.floatToRawIntBits(value);
    putU16(dst, at, bits);
    putU16(dst, at + 2, bits >> 16);
  }
}
