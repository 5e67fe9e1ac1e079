package io.wasmchord.jvm;

/** What computes. The results do not depend on it. */
public enum Backend {
  /** Vectors where the JVM has them, else scalar. */
  AUTO,
  /** The Vector API; an error where the JVM was started without it. */
  VECTOR,
  /** Plain Java. */
  SCALAR
}
