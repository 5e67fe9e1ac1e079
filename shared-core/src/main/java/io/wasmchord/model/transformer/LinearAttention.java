package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.transformer.BlockRecorder.Context;

/**
 * Linear attention that forgets: {@code S = S w + k v}, of which is read {@code q S}, in two sums:
 * of what is kept, and of what is new. All are [tokens, inner] but the ones.
 *
 * @param decay w
 * @param decayed is overwritten
 * @param ones [1, inner]
 */
record LinearAttention(
    Tensor q, Tensor k, Tensor v, Tensor decay, Tensor decayed, Tensor ones, Tensor out) {
  void record(Commands c, Recurrence r, Context context) {
    c.gate(decay, q, Activation.IDENTITY, decayed);
    c.wkv(
        new Command.Wkv(
            decayed,
            decay,
            k,
            v,
            null,
            null,
            r.state(),
            context.sequences(),
            context.cacheLayer(),
            r.tail(),
            out));
    c.addBonus(new Command.AddBonus(out, q, k, ones, v, r.state()));
  }
}
