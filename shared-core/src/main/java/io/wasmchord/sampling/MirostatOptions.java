package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;

/**
 * Keeps the surprise of the text near a target (Basu et al., "Mirostat"). It takes the place of the
 * cuts: after the temperature it leaves out what is too surprising, and learns from what it drew.
 *
 * @param version 1 or 2; 0 for none
 * @param tau the surprise aimed at, in bits
 * @param eta how fast it learns
 */
public record MirostatOptions(int version, float tau, float eta) {
  public static final Range TAU = new Range(0, 100);
  public static final Range ETA = new Range(0, 1);

  /** For none; behind the ranges, which it is checked by. */
  public static final MirostatOptions NONE = new MirostatOptions(0, 5f, 0.1f);

  public MirostatOptions {
    if (version < 0 || version > 2) {
      throw new InvalidRequestException("mirostat is " + version + "; it is 0 (none), 1 or 2");
    }
    TAU.check("mirostat_tau", tau);
    ETA.check("mirostat_eta", eta);
  }

  boolean active() {
    return version > 0;
  }
}
