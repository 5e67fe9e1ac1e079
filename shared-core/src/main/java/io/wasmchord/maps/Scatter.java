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
    long h = first;
    for (int i = 0; i < key.length(); i++) {
      h = (h ^ key.charAt(i)) * second;
      h ^= h >>> 29;
    }
    return (int) ((h * first) >>> 32);
  }
}
