package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.HyperConnections;
import io.wasmchord.model.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * What models with {@link HyperConnections} compute with.
 *
 * @param streams [tokens, streams * hidden]
 * @param normed [tokens, streams * hidden]
 * @param before [tokens, streams], factors of what a sub-layer takes
 * @param after [tokens, streams], those of what it gives
 * @param ones [1, streams * hidden]
 * @param epsilon [1, streams], what is added to factors
 * @param zeros [1, hidden]
 */
public record HyperBuffers(
    Tensor streams,
    Tensor normed,
    Tensor before,
    Tensor after,
    Tensor ones,
    Tensor epsilon,
    Tensor zeros) {

  static @Nullable HyperBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    HyperConnections hyper = c.rare().hyper();
    if (hyper == null) {
      return null;
    }
    int n = hyper.streams();
    int all = Math.multiplyExact(n, c.hidden());
    return new HyperBuffers(
        s.activation(tokens, all),
        s.activation(tokens, all),
        s.activation(tokens, n),
        s.activation(tokens, n),
        s.ones(all),
        s.constant(n, hyper.epsilon()),
        s.activation(1, c.hidden()));
  }

  HyperBuffers first(int tokens) {
    return new HyperBuffers(
        streams.rows(0, tokens),
        normed.rows(0, tokens),
        before.rows(0, tokens),
        after.rows(0, tokens),
        ones,
        epsilon,
        zeros);
  }
}
