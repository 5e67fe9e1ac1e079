package io.wasmchord.quant.format;

/** A format of activations that no weight has. */
public abstract sealed class ActivationOnlyFormat extends BlockFormat permits Q8_1, Q8_K {
  ActivationOnlyFormat(String name, int id, Partner partner, Field... fields) {
    super(name, id, partner.blockValues(), fields);
  }

  /** Writes {@code d * q} for the block's integers at {@code q[from]}. */
  final void scaled(float d, byte[] q, int from, float[] dst, int to) {
    for (int i = 0; i < values(); i++) {
      dst[to + i] = d * q[from + i];
    }
  }
}
