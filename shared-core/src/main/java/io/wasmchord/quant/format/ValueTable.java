package io.wasmchord.quant.format;

/** The values that the indices of a non-linear format stand for. */
public final class ValueTable {
  private final byte[] values;

  ValueTable(int... values) {
    this.values = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      this.values[i] = (byte) values[i];
    }
  }

  /** How many indices there are. */
  public int size() {
    return values.length;
  }

  /** The value that {@code index} stands for. */
  public byte of(int index) {
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
