package io.wasmchord.web.gpu;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.Field;

/** What the {@link Referee} feeds: the same on every visit, of ordinary size, not subnormal. */
final class RefereeInputs {
  private static final int MULTIPLIER = 0x9E3779B1;
  private static final int HALF = 0x2C00; // 2^-4
  private static final int BFLOAT = 0x3D80;
  private static final int EXPONENT = 123;

  private RefereeInputs() {}

  private static int mixed(int i) {
    int x = (i + 1) * MULTIPLIER;
    x ^= x >>> 15;
    x *= MULTIPLIER;
    return x ^ (x >>> 13);
  }

  /** Values from -4 to 4, multiples of 2^-10. */
  static float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (mixed(i) >> 19) * 0x1p-10f;
    }
    return values;
  }

  /** Rows of a weight: any quants, and scales of one size. */
  static byte[] weight(TensorType type, int rows, int cols) {
    byte[] bytes = new byte[(int) (rows * type.rowBytes(cols))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (mixed(i) >> 11);
    }
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      for (Field field : type.format().fields()) {
        scale(field, bytes, block + field.at(), block);
      }
    }
    return bytes;
  }

  private static void scale(Field field, byte[] bytes, int at, int block) {
    int low = mixed(block) & 0xFF;
    switch (field.kind()) {
      case F32 -> {
        int bits = Float.floatToRawIntBits((mixed(block) >> 19) * 0x1p-10f);
        for (int i = 0; i < 4; i++) {
          bytes[at + i] = (byte) (bits >> (8 * i));
        }
      }
      case F16 -> word(bytes, at, HALF | low);
      case BF16 -> word(bytes, at, BFLOAT | (low & 0x7F));
      case E8M0 -> bytes[at] = EXPONENT;
      case UE4M3 -> {
        for (int i = 0; i < field.count(); i++) {
          bytes[at + i] = (byte) (0x20 | (mixed(block + i) & 0x1F));
        }
      }
      case F16_IN_NIBBLES -> {
        for (int i = 0; i < 4; i++) {
          int nibble = ((HALF | low) >> (4 * i)) & 15;
          bytes[at + 2 * i + 1] = (byte) ((bytes[at + 2 * i + 1] & 15) | (nibble << 4));
        }
      }
      case INTEGER -> {}
    }
  }

  private static void word(byte[] bytes, int at, int bits) {
    bytes[at] = (byte) bits;
    bytes[at + 1] = (byte) (bits >> 8);
  }
}
