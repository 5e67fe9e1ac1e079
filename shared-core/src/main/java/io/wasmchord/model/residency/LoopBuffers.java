package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * The two states of models whose stacks take turns.
 *
 * @param high [tokens, hidden]
 * @param low [tokens, hidden]
 */
public record LoopBuffers(Tensor high, Tensor low) {
  static @Nullable LoopBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    return c.rare().loops().cycle()
        ? new LoopBuffers(s.activation(tokens, c.hidden()), s.activation(tokens, c.hidden()))
        : null;
  }

  LoopBuffers first(int tokens) {
    return new LoopBuffers(high.rows(0, tokens), low.rows(0, tokens));
  }
}
