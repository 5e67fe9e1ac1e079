package io.wasmchord.backend;

/** The function of a gated feed-forward layer. */
public enum Activation {
  /** x * sigmoid(x). */
  SILU,
  /** The tanh form of GELU. */
  GELU
}
