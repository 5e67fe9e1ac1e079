package io.wasmchord.conformance;

/**
 * A short fingerprint of floats' bits, so that two machines can compare results. All NaNs count as
 * one.
 */
public final class Digest {
  private Digest() {}

  /** FNV-1a over the bits, as 16 hexadecimal digits. */
  public static String of(float[] values) {
    long hash = 0xCBF29CE484222325L;
    for (float value : values) {
      int bits = Float.isNaN(value) ? 0x7FC00000 : Float.floatToRawIntBits(value);
      for (int i = 0; i < 4; i++) {
        hash = (hash ^ ((bits >>> (8 * i)) & 0xFF)) * 0x100000001B3L;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int shift = 60; shift >= 0; shift -= 4) {
      text.append(Character.forDigit((int) (hash >>> shift) & 15, 16));
    }
    return text.toString();
  }
}
