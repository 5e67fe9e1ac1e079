package io.wasmchord.quant.format;

/**
 * The few vectors of small integers that the indices of a format stand for: ggml's grids, {@code
 * iq2xxs_grid} and the like. Their numbers are ggml's; here they are written as differences.
 *
 * @param width values in a vector
 * @param values of all vectors, by index
 */
public record Grid(int width, byte[] values) {
  private static final char FIRST = '#';
  private static final char SKIPPED = '\\'; // it would need an escape
  private static final int FAR = 90;

  /**
   * Reads a grid. Seen as a number, the first value being the lowest digit, every vector is larger
   * than the one before. A character says by how much, less one; the largest stands for {@value
   * #FAR}, and the next one is added.
   *
   * @param digits the values, by digit
   */
  static Grid of(int width, String differences, int... digits) {
    int vectors = 0;
    for (int i = 0; i < differences.length(); i++) {
      vectors += difference(differences.charAt(i)) < FAR ? 1 : 0;
    }
    byte[] values = new byte[vectors * width];
    int number = -1;
    int at = 0;
    for (int i = 0; i < differences.length(); i++) {
      int difference = difference(differences.charAt(i));
      number += difference;
      if (difference < FAR) {
        number++;
        int rest = number;
        for (int j = 0; j < width; j++) {
          values[at++] = (byte) digits[rest % digits.length];
          rest /= digits.length;
        }
      }
    }
    return new Grid(width, values);
  }

  private static int difference(char c) {
    return c - FIRST - (c > SKIPPED ? 1 : 0);
  }

  /** A copy of the values, those of each vector beside each other. */
  @Override
  public byte[] values() {
    return values.clone();
  }

  /** How many vectors there are. */
  public int size() {
    return values.length / width;
  }

  /** Writes the vector of {@code index} to {@code q[to]} on. */
  void put(int index, byte[] q, int to) {
    System.arraycopy(values, index * width, q, to, width);
  }

  /** The same, with {@code shift} added to each value. */
  void putShifted(int index, int shift, byte[] q, int to) {
    for (int i = 0; i < width; i++) {
      q[to + i] = (byte) (values[index * width + i] + shift);
    }
  }
}
