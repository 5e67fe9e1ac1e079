package io.wasmchord.conformance;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.Field;
import java.util.Arrays;

/**
 * Deterministic inputs, the same on every platform: integer arithmetic only, no library's random
 * numbers.
 */
final class Inputs {
  private long state;
  private int magnitude = 1; // of scales and floats of weights; 0 leaves their signs

  Inputs(String name) {
    state = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < name.length(); i++) {
      state = state * 31 + name.charAt(i);
    }
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [-1, 1), a multiple of 2^-23. */
  float uniform() {
    return (int) (next() >> 40) * 0x1p-23f;
  }

  float[] floats(int n, float magnitude) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = uniform() * magnitude;
    }
    return values;
  }

  /**
   * Ordinary values with zeros, ties, subnormals and outliers among them, and one all-zero stretch
   * of 256.
   */
  float[] awkward(int n) {
    float[] values = floats(n, 3f);
    for (int i = 0; i < n; i += 7) {
      switch ((int) (next() & 7)) {
        case 0 -> values[i] = 0f;
        case 1 -> values[i] = -0f;
        case 2 -> values[i] = 1e-41f;
        case 3 -> values[i] = 5000f;
        case 4 -> values[i] = Math.round(values[i] * 2) * 0.5f;
        default -> values[i] = -values[i];
      }
    }
    for (int i = 256; i < Math.min(512, n); i++) {
      values[i] = 0f;
    }
    return values;
  }

  /**
   * What a cache may be given, in stretches of 32 of about the same size: zeros, subnormals of
   * float32 and binary16, ties of both roundings, what binary16 and its scales cannot hold.
   *
   * @param finite whether to leave out infinities and what is not a number
   */
  float[] stored(int n, boolean finite) {
    float[] magnitudes = {1f, 0f, 1e-41f, 3e-7f, 2e-5f, 300f, 7e4f, 1e9f};
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      int kind = i / 32 % 11;
      float magnitude = magnitudes[kind % magnitudes.length];
      values[i] = uniform() * magnitude;
      switch ((int) (next() & 15)) {
        case 0 -> values[i] = magnitude;
        case 1 -> values[i] = magnitude * -0.5f; // TeaVM's -0f of a variable is 0f
        case 2 -> values[i] = -0f;
        case 3 -> values[i] = betweenHalves(values[i]);
        case 4 -> values[i] = magnitude > 1f ? 65519.996f : 0x1.8p-24f;
        case 5 -> values[i] = odd(kind, values[i], finite);
        default -> {}
      }
    }
    return values;
  }

  /** As near to one binary16 as to the next. */
  private static float betweenHalves(float value) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(value) & ~0x1FFF) | 0x1000);
  }

  private static float odd(int kind, float value, boolean finite) {
    if (finite || kind < 8) {
      return value;
    }
    return kind == 8 ? Float.NaN : kind == 9 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
  }

  /**
   * Rows of a weight: every byte pattern can occur, but scales and floats are finite and of
   * ordinary size.
   */
  byte[] weight(TensorType type, int rows, int cols) {
    byte[] bytes = new byte[(int) (rows * type.rowBytes(cols))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) next();
    }
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      tame(type, bytes, block);
    }
    return bytes;
  }

  /** Weights at the ends of their range: every quant byte is {@code fill}. */
  byte[] extreme(TensorType type, int rows, int cols, int fill) {
    byte[] bytes = new byte[(int) (rows * type.rowBytes(cols))];
    Arrays.fill(bytes, (byte) fill);
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      tame(type, bytes, block);
    }
    return bytes;
  }

  /** The same with scales and floats that are 0, of either sign, or as small as they can be. */
  byte[] zeros(TensorType type, int rows, int cols) {
    magnitude = 0;
    return weight(type, rows, cols);
  }

  private void tame(TensorType type, byte[] bytes, int block) {
    for (Field field : type.format().fields()) {
      int at = block + field.at();
      switch (field.kind()) {
        case F32 -> putFloat(bytes, at, uniform() * magnitude);
        case F16 -> putHalf(bytes, at);
        case BF16 -> {
          int bits = Float.floatToRawIntBits(uniform() * magnitude) >>> 16;
          bytes[at] = (byte) bits;
          bytes[at + 1] = (byte) (bits >> 8);
        }
        case E8M0 -> bytes[at] = (byte) (magnitude == 0 ? next() & 1 : 112 + (next() & 15));
        case UE4M3 -> {
          for (int i = 0; magnitude == 0 && i < field.count(); i++) {
            bytes[at + i] = (byte) (next() & 0x81);
          }
        }
        case F16_IN_NIBBLES -> putNibbles(bytes, at);
        case INTEGER -> {}
      }
    }
  }

  /** A float16 of magnitude 2^-15 to 2^-1 or subnormal. */
  private void putHalf(byte[] bytes, int at) {
    long r = next();
    bytes[at] = (byte) (r * magnitude);
    bytes[at + 1] = (byte) ((r >> 8) & (magnitude == 0 ? 0x80 : 0xB7));
  }

  /** Such a float16, a nibble in each of four words. */
  private void putNibbles(byte[] bytes, int at) {
    byte[] half = new byte[2];
    putHalf(half, 0);
    for (int i = 0; i < 4; i++) {
      int nibble = half[i >> 1] >> 4 * (i & 1) & 15;
      bytes[at + 2 * i + 1] = (byte) (bytes[at + 2 * i + 1] & 15 | nibble << 4);
    }
  }

  private static void putFloat(byte[] bytes, int at, float value) {
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (bits >> (8 * i));
    }
  }
}
