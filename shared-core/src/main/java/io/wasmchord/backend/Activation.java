package io.wasmchord.backend;

/** The function of a gated feed-forward layer. */
public enum Activation {
  /** x * sigmoid(x). */
  SILU,
  /** The tanh form of GELU. */
  GELU,
  /** {@code x * x} where x is above 0, else 0. */
  RELU_SQUARED,
  /** GELU as it is defined, with the error function. */
  GELU_ERF
}
