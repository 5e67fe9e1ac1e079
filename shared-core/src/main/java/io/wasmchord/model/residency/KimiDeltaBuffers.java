package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import org.jspecify.annotations.Nullable;

/**
 * What Kimi's delta attention computes with.
 *
 * @param q [tokens, inner], as all up to {@code out}
 * @param low [tokens, headDim]
 * @param beta [tokens, heads]
 */
public record KimiDeltaBuffers(
    Tensor q, Tensor k, Tensor v, Tensor decay, Tensor gate, Tensor out, Tensor low, Tensor beta) {
  static @Nullable KimiDeltaBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    Recurrence r = c.recurrence();
    if (r.kind() != Recurrence.Kind.KIMI_DELTA) {
      return null;
    }
    return new KimiDeltaBuffers(
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.state()),
        s.activation(tokens, r.heads()));
  }

  KimiDeltaBuffers first(int tokens) {
    return new KimiDeltaBuffers(
        q.rows(0, tokens),
        k.rows(0, tokens),
        v.rows(0, tokens),
        decay.rows(0, tokens),
        gate.rows(0, tokens),
        out.rows(0, tokens),
        low.rows(0, tokens),
        beta.rows(0, tokens));
  }
}
