package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.TimeMix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What RWKV's layers compute with; all but {@code lows} are [tokens, hidden].
 *
 * @param shift what changes from token to token
 * @param mixed a mixture with the token before
 * @param r receptance
 * @param w decays
 * @param k keys
 * @param v values
 * @param a rates, and where what is taken out is put back
 * @param b what is taken out
 * @param g gates
 * @param first the first layer's values
 * @param out what heads give
 * @param lows of small matrices, by rank; of keys that heads share, by their width
 * @param ones [1, hidden]
 */
public record RwkvBuffers(
    Tensor shift,
    Tensor mixed,
    Tensor r,
    Tensor w,
    Tensor k,
    Tensor v,
    Tensor a,
    Tensor b,
    Tensor g,
    Tensor first,
    Tensor out,
    Map<Integer, Tensor> lows,
    Tensor ones) {
  static @Nullable RwkvBuffers of(ModelConfig c, int tokens, ActivationBuffers.Source s) {
    if (!c.recurrence().rwkv()) {
      return null;
    }
    TimeMix mix = c.recurrence().mix();
    boolean six = c.recurrence().kind() == Recurrence.Kind.RWKV6;
    int keys = mix.keys() < c.hidden() ? mix.keys() : 0;
    int[] ranks = {
      mix.decay(), mix.rate(), mix.value(), mix.gate(), six ? 5 * mix.rate() : 0, keys
    };
    Map<Integer, Tensor> lows = new LinkedHashMap<>();
    for (int rank : ranks) {
      if (rank > 0) {
        lows.computeIfAbsent(rank, width -> s.activation(tokens, width));
      }
    }
    Tensor[] t = new Tensor[11];
    for (int i = 0; i < t.length; i++) {
      t[i] = s.activation(tokens, c.hidden());
    }
    Tensor ones = s.ones(c.hidden());
    return new RwkvBuffers(
        t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], lows, ones);
  }

  /** Room for what a matrix of a rank gives. */
  public Tensor low(int rank) {
    return Objects.requireNonNull(lows.get(rank));
  }

  RwkvBuffers first(int tokens) {
    Map<Integer, Tensor> parts = new LinkedHashMap<>();
    lows.forEach((rank, low) -> parts.put(rank, low.rows(0, tokens)));
    return new RwkvBuffers(
        shift.rows(0, tokens),
        mixed.rows(0, tokens),
        r.rows(0, tokens),
        w.rows(0, tokens),
        k.rows(0, tokens),
        v.rows(0, tokens),
        a.rows(0, tokens),
        b.rows(0, tokens),
        g.rows(0, tokens),
        first.rows(0, tokens),
        out.rows(0, tokens),
        parts,
        ones);
  }
}
