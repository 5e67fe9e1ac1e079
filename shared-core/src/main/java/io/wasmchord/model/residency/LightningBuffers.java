package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import org.jspecify.annotations.Nullable;

/**
 * What lightning attention computes with.
 *
 * @param mixed [tokens, 3 * inner]
 * @param q [tokens, inner], as all up to {@code out}
 * @param decayed queries times decays
 * @param ones [1, inner]
 * @param decays [layers, inner], see {@link io.wasmchord.model.config.Lightning}
 */
public record LightningBuffers(
    Tensor mixed,
    Tensor q,
    Tensor k,
    Tensor v,
    Tensor decay,
    Tensor decayed,
    Tensor gate,
    Tensor out,
    Tensor ones,
    Tensor decays) {
  static @Nullable LightningBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    Recurrence r = c.recurrence();
    if (r.kind() != Recurrence.Kind.LIGHTNING) {
      return null;
    }
    return new LightningBuffers(
        s.activation(tokens, 3 * r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, r.inner()),
        s.ones(r.inner()),
        s.activation(c.layers(), r.inner()));
  }

  LightningBuffers first(int tokens) {
    return new LightningBuffers(
        mixed.rows(0, tokens),
        q.rows(0, tokens),
        k.rows(0, tokens),
        v.rows(0, tokens),
        decay.rows(0, tokens),
        decayed.rows(0, tokens),
        gate.rows(0, tokens),
        out.rows(0, tokens),
        ones,
        decays);
  }
}
