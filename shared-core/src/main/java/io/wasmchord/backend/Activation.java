package io.wasmchord.backend;

/** A function of single values: of feed-forward layers, of gates, of what recurrent layers take. */
public enum Activation {
  /** x * sigmoid(x). */
  SILU,
  /** The tanh form of GELU. */
  GELU,
  /** {@code x * x} where x is above 0, else 0. */
  RELU_SQUARED,
  /** GELU as it is defined, with the error function. */
  GELU_ERF,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS,
  /** e to the power x. */
  EXP,
  /** x itself: as a gate, a product value by value. */
  IDENTITY,
  /** x where it is above 0, else 0. */
  RELU,
  /**
   * Of a gate alone: {@code min(silu(gate), limit) * clamp(up)}, where clamp is within {@code
   * -limit..limit}.
   */
  SILU_LIMITED,
  /**
   * Of a gate alone: {@code x * sigmoid(1.702 * x) * (clamp(up) + 1)} with {@code x = min(gate,
   * limit)}.
   */
  SWIGLU_OAI;

  /** Whether it has a limit, and so is a gate's alone. */
  public boolean limited() {
    return this == SILU_LIMITED || this == SWIGLU_OAI;
  }
}
