package io.wasmchord.jvm.vector;

/** What the quantizers of activations, {@code quant.format.Q8_0} and {@code Q8_K}, consist of. */
interface Quantizer {
  /** The largest magnitude of {@code n} values that are numbers; n is a multiple of 16. */
  float largest(float[] x, int from, int n);

  /** The first value of that magnitude, with its sign. */
  float first(float[] x, int from, int n, float magnitude);

  /** {@code x * factor}, rounded with halves to even, clamped to -127..127. */
  void even(float[] x, int from, int n, float factor, int[] q);

  /** {@code x * factor}, rounded with halves away from zero, clamped to -127..127. */
  void away(float[] x, int from, int n, float factor, int[] q);
}
