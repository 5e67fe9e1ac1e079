package io.wasmchord.model;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.ExpertRooms;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.Usage;
import io.wasmchord.quant.TensorType;
import org.jspecify.annotations.Nullable;

/** The activations of one batch. Every tensor has a row for each token of it. */
record Scratch(
    Tensor x, // [tokens, hidden], the residual stream
    Tensor normed, // [tokens, hidden]
    Tensor q, // [tokens, heads * keyDim]
    Tensor k, // [tokens, kvHeads * keyDim]
    Tensor v, // [tokens, kvHeads * valueDim]
    Tensor attended, // [tokens, heads * valueDim]
    Tensor delta, // [tokens, hidden], what a sub-layer adds
    Tensor gate, // [tokens, feedForward]
    Tensor up, // [tokens, feedForward]
    Tensor rope, // [tokens, ropeDim], cos and sin
    Tensor localRope, // the same for local layers
    @Nullable Mixture mixture, // of experts, where layers are mixtures
    @Nullable Gates gates) { // where layers are convolutions

  /**
   * What multiplies the values of a convolution before and after it; the values are in {@code
   * delta}.
   *
   * @param in [tokens, hidden]
   * @param out [tokens, hidden]
   */
  record Gates(Tensor in, Tensor out) {
    private static Gates allocate(ComputeBackend backend, ModelConfig c, int tokens) {
      return new Gates(
          activation(backend, tokens, c.hidden()), activation(backend, tokens, c.hidden()));
    }

    private Gates first(int tokens) {
      return new Gates(in.rows(0, tokens), out.rows(0, tokens));
    }
  }

  /**
   * What a mixture of experts needs besides.
   *
   * @param logits [tokens, experts]
   * @param shared [tokens, 1], the logits of the shared expert
   * @param rooms tokens * used rows
   */
  record Mixture(Tensor logits, Tensor shared, ExpertRooms rooms) {
    private static Mixture allocate(ComputeBackend backend, ModelConfig c, int tokens) {
      int rows = tokens * c.experts().used();
      return new Mixture(
          activation(backend, tokens, c.experts().count()),
          activation(backend, tokens, 1),
          new ExpertRooms(
              activation(backend, rows, c.hidden()),
              activation(backend, rows, c.experts().width()),
              activation(backend, rows, c.experts().width()),
              activation(backend, rows, c.hidden())));
    }

    private Mixture first(int tokens) {
      return new Mixture(logits.rows(0, tokens), shared.rows(0, tokens), rooms);
    }
  }

  static Scratch allocate(ComputeBackend backend, ModelConfig c, int tokens) {
    return new Scratch(
        activation(backend, tokens, c.hidden()),
        activation(backend, tokens, c.hidden()),
        activation(backend, tokens, c.heads() * c.keyDim()),
        activation(backend, tokens, c.kvHeads() * c.keyDim()),
        activation(backend, tokens, c.kvHeads() * c.valueDim()),
        activation(backend, tokens, c.heads() * c.valueDim()),
        activation(backend, tokens, c.hidden()),
        activation(backend, tokens, c.feedForward()),
        activation(backend, tokens, c.feedForward()),
        activation(backend, tokens, c.ropeDim()),
        activation(backend, tokens, c.ropeDim()),
        c.experts().count() == 0 ? null : Mixture.allocate(backend, c, tokens),
        c.convolutions().length() == 0 ? null : Gates.allocate(backend, c, tokens));
  }

  static Tensor activation(ComputeBackend backend, int rows, int cols) {
    return backend.allocate(TensorType.F32, rows, cols, Usage.ACTIVATION);
  }

  /** The first {@code tokens} rows of everything. */
  Scratch first(int tokens) {
    return new Scratch(
        x.rows(0, tokens),
        normed.rows(0, tokens),
        q.rows(0, tokens),
        k.rows(0, tokens),
        v.rows(0, tokens),
        attended.rows(0, tokens),
        delta.rows(0, tokens),
        gate.rows(0, tokens),
        up.rows(0, tokens),
        rope.rows(0, tokens),
        localRope.rows(0, tokens),
        mixture == null ? null : mixture.first(tokens),
        gates == null ? null : gates.first(tokens));
  }
}
