package io.wasmchord.quant.format;

/**
 * What activations are rounded to before they are multiplied by a weight; ggml's {@code
 * vec_dot_type}. The formulas are in {@code docs/arithmetic.md}.
 */
public enum Partner {
  /** Nothing: they stay float32. */
  FLOATS(1, 0, 0),
  /** Blocks of int8 with a scale. */
  Q8_0(32, 1, 0),
  /** The same, with a second scale: the first times the sum of the integers. */
  Q8_1(32, 2, 0),
  /** Large blocks of int8 with a scale, and the sums of every 16 of the integers. */
  Q8_K(256, 1, 16);

  /** The largest magnitude of an activation's integer. */
  public static final int LARGEST = 127;

  private final int values;
  private final int scales;
  private final int summed;

  Partner(int values, int scales, int summed) {
    this.values = values;
    this.scales = scales;
    this.summed = summed;
  }

  /** Values in a block. */
  public int blockValues() {
    return values;
  }

  /** Float scales of a block. */
  public int scales() {
    return scales;
  }

  /** Integers that share a sum, or 0 where there are no sums. */
  public int summed() {
    return summed;
  }
}
