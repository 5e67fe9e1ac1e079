package io.wasmchord.sampling;

import java.util.Arrays;

/**
 * What samplers keep from token to token, as numbers in an order: their random numbers' states and
 * what they have learned. Whoever keeps something passes it through, and goes on with what comes
 * back.
 */
final class SamplerState {
  private final boolean restores;
  private long[] words;
  private int next;

  private SamplerState(boolean restores, long[] words) {
    this.restores = restores;
    this.words = words;
  }

  /** One that takes down what is passed. */
  static SamplerState saving() {
    return new SamplerState(false, new long[0]);
  }

  /** One that gives back what was taken down. */
  static SamplerState restoring(long[] words) {
    return new SamplerState(true, words.clone());
  }

  long pass(long word) {
    if (!restores) {
      words = Arrays.copyOf(words, next + 1);
      words[next] = word;
    }
    long passed = next < words.length ? words[next] : 0;
    next++;
    return passed;
  }

  double pass(double value) {
    return Double.longBitsToDouble(pass(Double.doubleToRawLongBits(value)));
  }

  /** Whether as many were given back as had been taken down. */
  boolean whole() {
    return next == words.length;
  }

  long[] words() {
    return words.clone();
  }
}
