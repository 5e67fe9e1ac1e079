package io.wasmchord.quant;

/** The sixteen values of the non-linear 4-bit formats, ggml's {@code kvalues_iq4nl}. */
public final class Iq4Values {
  private static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private Iq4Values() {}

  /** The value that {@code nibble}, 0 to 15, stands for. */
  public static byte of(int nibble) {
    return VALUES[nibble];
  }
}
