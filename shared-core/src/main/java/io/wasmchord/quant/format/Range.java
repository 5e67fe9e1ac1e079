package io.wasmchord.quant.format;

/**
 * What integers a field can say, for every byte pattern that a file can hold.
 *
 * @param least the smallest value
 * @param most the largest value
 * @param bias what is taken off a stored integer to get the value
 */
public record Range(int least, int most, int bias) {
  /** Integers of {@code bits} bits, from 0 on. */
  static Range unsigned(int bits) {
    return new Range(0, (1 << bits) - 1, 0);
  }

  /** Integers of {@code bits} bits in two's complement. */
  static Range signed(int bits) {
    return new Range(-1 << (bits - 1), (1 << (bits - 1)) - 1, 0);
  }

  /** The same integers with {@code bias} taken off. */
  Range less(int bias) {
    return new Range(least - bias, most - bias, this.bias + bias);
  }

  /** The largest absolute value. */
  public int magnitude() {
    return Math.max(most, -least);
  }

  /** The largest integer as it is stored, with the bias. */
  public int largestStored() {
    return most + bias;
  }

  /** Whether stored integers can be negative. */
  public boolean storedSigned() {
    return least + bias < 0;
  }
}
