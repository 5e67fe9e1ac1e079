package io.wasmchord.model.config;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.math.DoubleMath;

/**
 * The factors that YaRN's scaling has in latent attention, which DeepSeek's files give as {@code
 * 0.1 * mscale_all_dim}: what rope turns is multiplied by one, scores by the square of another.
 *
 * @param turned of what is turned
 * @param scores of scores
 */
public record YarnScale(double turned, double scores) {
  private static final String LOG = "rope.scaling.yarn_log_multiplier";

  /** As files give it. */
  public static YarnScale read(Metadata m, Architecture a) {
    boolean yarn =
        m.string(a.key("rope.scaling.type"), "").equals("yarn")
            && m.float32(a.key("rope.scaling.yarn_ext_factor"), 1f) != 0f;
    double factor = yarn ? m.float32(a.key("rope.scaling.factor"), 1f) : 1;
    double log = factor > 1 ? 0.1 * DoubleMath.log(factor) : 0;
    double all = m.float32(a.key(LOG), 0f) / 0.1f;
    double own = all != 0 && all != 1 ? all : 1; // mscale, which files do not give
    double turned =
        (all == 0 ? 1 + log : (1 + own * log) / (1 + all * log))
            * m.float32(a.key("rope.scaling.attn_factor"), 1f);
    double scale = turned * (1 + all * log);
    return new YarnScale(turned, scale * scale);
  }
}
