package io.wasmchord.model.transformer;

import static io.wasmchord.backend.HeadValues.ofHeads;
import static io.wasmchord.backend.HeadValues.ofTokens;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.residency.ActivationBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Records what multiplies the values that heads give: a gate of each value, or of each head.
 *
 * @param activation of gates
 * @param gate [tokens, values], or [tokens, heads] where heads have one
 * @param heads where they have, or null
 */
record AttentionGates(
    Activation activation, Tensor gate, ActivationBuffers.@Nullable HeadGates heads) {

  /**
   * Makes the gates.
   *
   * @param x what attention takes
   */
  void make(Commands c, Tensor x, Tensor weight) {
    c.product(x, weight, gate);
    if (heads != null) {
      c.activate(gate, activation);
      c.copyHeads(ofTokens(gate, 1, 0), ofHeads(heads.gate()), heads.count(), 1);
    } else if (activation != Activation.SIGMOID) {
      c.activate(gate, activation);
    }
  }

  /** Multiplies what heads give, [tokens, values]. */
  void multiply(Commands c, Tensor out) {
    if (heads == null) {
      boolean sigmoid = activation == Activation.SIGMOID;
      c.gate(gate, out, sigmoid ? activation : Activation.IDENTITY, out);
      return;
    }
    int dim = heads.out().cols();
    c.copyHeads(ofTokens(out, dim, 0), ofHeads(heads.out()), heads.count(), dim);
    multiplyHeads(c, heads.out());
    c.copyHeads(ofHeads(heads.out()), ofTokens(out, dim, 0), heads.count(), dim);
  }

  /** Multiplies what heads give, [heads * tokens, values of a head]. */
  void multiplyHeads(Commands c, Tensor out) {
    if (heads != null) {
      c.scaleRows(out, heads.gate());
    }
  }
}
