package io.wasmchord.jvm;

/** What computes. The results do not depend on it. */
public enum Backend {
  /** The fastest that there is: products in machine code, and vectors where the JVM has them. */
  AUTO,
  /**
   * The same, asked for: where no machine code can be had, a warning says why, and what there is
   * computes.
   */
  NATIVE,
  /** The Vector API without machine code; an error where the JVM was started without it. */
  VECTOR,
  /** Plain Java. */
  SCALAR
}
