package io.wasmchord.sampling;

/** Steele, Lea and Flood's SplitMix64: a small generator whose numbers are the same everywhere. */
public final class SplitMix64 {
  private long state;

  public SplitMix64(long seed) {
    state = seed;
  }

  private long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Saves or restores where it stands. */
  void pass(SamplerState words) {
    state = words.pass(state);
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (next() >>> 11) * 0x1p-53;
  }
}
