package io.wasmchord.quant.format;

/**
 * The values that the indices of a non-linear format stand for. A record, so that a JVM knows the
 * array of a constant one to be constant.
 *
 * @param values by index
 */
public record ValueTable(byte[] values) {
  static ValueTable of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new ValueTable(bytes);
  }

  /** A copy of the values. */
  @Override
  public byte[] values() {
    return values.clone();
  }

  /** How many indices there are. */
  public int size() {
    return values.length;
  }

  /** The value that {@code index} stands for. */
  public byte value(int index) {
    return values[index];
  }

  Range range() {
    int least = values[0];
    int most = values[0];
    for (byte value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return new Range(least, most, 0);
  }
}
