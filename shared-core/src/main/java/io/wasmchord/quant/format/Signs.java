package io.wasmchord.quant.format;

/** Signs of eight values: bit i of a mask says that value i is negative. */
public final class Signs {
  private Signs() {}

  /** The mask of seven bits whose eighth makes their number even: ggml's {@code ksigns_iq2xs}. */
  public static int even(int sevenBits) {
    return sevenBits | (Integer.bitCount(sevenBits) & 1) << 7;
  }

  /** Negates those of eight values that the mask names. */
  static void apply(int mask, byte[] q, int at) {
    for (int i = 0; i < 8; i++) {
      if (((mask >> i) & 1) != 0) {
        q[at + i] = (byte) -q[at + i];
      }
    }
  }
}
