package io.wasmchord.maps;

/**
 * Spreads keys over 32 bits, in a way that is known by two numbers only.
 *
 * @param first odd
 * @param second odd
 */
record Scatter(long first, long second) {
  /** This run's own. */
  static final Scatter OF_THIS_RUN = new Scatter(drawn(), drawn());

  /** Math.random is what browsers and JVMs both have; it gives 53 bits. */
  private static long drawn() {
    long high = (long) (Math.random() * 0x1p32);
    long low = (long) (Math.random() * 0x1p32);
    return high << 32 | low | 1;
  }

  int of(long key) {
    long h = key * first;
    h = (h ^ h >>> 32) * second;
    return (int) (h >>> 32);
  }

  int of(String key) {
    return end(over(first, key, 0, key.length()));
  }

  /** What {@code of} gives the text without its character at {@code left}. */
  int ofWithout(String key, int left) {
    return end(over(over(first, key, 0, left), key, left + 1, key.length()));
  }

  /** What {@code of} gives a stretch of the text. */
  int of(String key, int from, int to) {
    return end(over(first, key, from, to));
  }

  private long over(long begun, String key, int from, int to) {
    long h = begun;
    for (int i = from; i < to; i++) {
      h = (h ^ key.charAt(i)) * second;
      h ^= h >>> 29;
    }
    return h;
  }

  private int end(long h) {
    return (int) ((h * first) >>> 32);
  }
}
