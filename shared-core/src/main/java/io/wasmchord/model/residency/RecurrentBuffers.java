package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import org.jspecify.annotations.Nullable;

/**
 * What recurrent layers compute with.
 *
 * @param mixed [tokens, channels], what the convolution goes over
 * @param gate [tokens, inner], of what the layer gives
 * @param step [tokens, heads], or of Mamba 1 [tokens, inner]
 * @param out [tokens, inner]
 * @param net of delta nets, or null
 * @param selective of Mamba 1 and PLaMo 2, or null
 */
public record RecurrentBuffers(
    Tensor mixed,
    Tensor gate,
    Tensor step,
    Tensor out,
    @Nullable Net net,
    @Nullable Selective selective) {

  /**
   * What delta nets have besides, and the attention beside them.
   *
   * @param beta [tokens, heads]
   * @param both [tokens, 2 * heads], betas and steps where one matrix makes them
   * @param queries [tokens, 2 * queries], with gates among them
   * @param gates [tokens, queries]
   */
  public record Net(Tensor beta, Tensor both, Tensor queries, Tensor gates) {
    private static Net of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
      int heads = c.recurrence().heads();
      int queries = c.shapes().stream().mapToInt(l -> l.attention().queryColumns()).max().orElse(0);
      return new Net(
          s.activation(tokens, heads),
          s.activation(tokens, 2 * heads),
          s.activation(tokens, Math.max(2 * queries, 2)),
          s.activation(tokens, Math.max(queries, 1)));
    }

    private Net first(int tokens) {
      return new Net(
          beta.rows(0, tokens),
          both.rows(0, tokens),
          queries.rows(0, tokens),
          gates.rows(0, tokens));
    }
  }

  /**
   * What Mamba 1 and PLaMo 2 have besides.
   *
   * @param both [tokens, 2 * inner], gates and values where one matrix makes them
   * @param low [tokens, rank], what steps are made of
   * @param in [tokens, state]
   * @param out [tokens, state]
   */
  public record Selective(Tensor both, Tensor low, Tensor in, Tensor out) {
    private static Selective of(Recurrence r, int tokens, ActivationBuffers.Source s) {
      return new Selective(
          s.activation(tokens, r.kind() == Recurrence.Kind.PLAMO2 ? 2 * r.inner() : 1),
          s.activation(tokens, r.rank()),
          s.activation(tokens, r.state()),
          s.activation(tokens, r.state()));
    }

    private Selective first(int tokens) {
      return new Selective(
          both.rows(0, tokens), low.rows(0, tokens), in.rows(0, tokens), out.rows(0, tokens));
    }
  }

  static @Nullable RecurrentBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    Recurrence r = c.recurrence();
    boolean mamba = r.kind() == Recurrence.Kind.MAMBA;
    if (r.kind() == Recurrence.Kind.NONE
        || r.rwkv()
        || r.kind() == Recurrence.Kind.KIMI_DELTA
        || r.kind() == Recurrence.Kind.LIGHTNING) {
      return null;
    }
    return new RecurrentBuffers(
        s.activation(tokens, r.channels()),
        s.activation(tokens, r.inner()),
        s.activation(tokens, mamba ? r.inner() : r.heads()),
        s.activation(tokens, r.inner()),
        r.kind() == Recurrence.Kind.DELTA_NET ? Net.of(c, tokens, s) : null,
        r.rank() > 0 ? Selective.of(r, tokens, s) : null);
  }

  RecurrentBuffers first(int tokens) {
    return new RecurrentBuffers(
        mixed.rows(0, tokens),
        gate.rows(0, tokens),
        step.rows(0, tokens),
        out.rows(0, tokens),
        net == null ? null : net.first(tokens),
        selective == null ? null : selective.first(tokens));
  }
}
