package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.AltUp;
import io.wasmchord.model.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * What models with several residual streams compute with.
 *
 * @param streams [tokens, streams * hidden]
 * @param before [tokens, streams * hidden], what they were
 * @param modes [tokens, streams], what the router gives
 * @param predict [tokens, streams * streams]
 * @param correct [tokens, streams]
 * @param low [tokens, rank]
 * @param beside [tokens, hidden], what stands beside attention
 * @param ones [1, streams]
 * @param others [1, streams - 1], ones
 */
public record AltUpBuffers(
    Tensor streams,
    Tensor before,
    Tensor modes,
    Tensor predict,
    Tensor correct,
    Tensor low,
    Tensor beside,
    Tensor ones,
    Tensor others) {

  static @Nullable AltUpBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    AltUp altUp = c.rare().altUp();
    if (altUp == null) {
      return null;
    }
    int n = altUp.streams();
    return new AltUpBuffers(
        s.activation(tokens, Math.multiplyExact(n, c.hidden())),
        s.activation(tokens, n * c.hidden()),
        s.activation(tokens, n),
        s.activation(tokens, n * n),
        s.activation(tokens, n),
        s.activation(tokens, altUp.rank()),
        s.activation(tokens, c.hidden()),
        s.ones(n),
        s.ones(n - 1));
  }

  AltUpBuffers first(int tokens) {
    return new AltUpBuffers(
        streams.rows(0, tokens),
        before.rows(0, tokens),
        modes.rows(0, tokens),
        predict.rows(0, tokens),
        correct.rows(0, tokens),
        low.rows(0, tokens),
        beside.rows(0, tokens),
        ones,
        others);
  }
}
