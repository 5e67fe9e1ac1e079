package io.wasmchord.model.config;

import io.wasmchord.backend.Activation;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/**
 * A gate that multiplies what attention gives, made of what it takes.
 *
 * @param exists whether there is one
 * @param byHead whether a head's values share one
 * @param activation of the gate
 */
public record AttentionGate(boolean exists, boolean byHead, Activation activation) {
  /** None. */
  public static final AttentionGate NONE = new AttentionGate(false, false, Activation.SIGMOID);

  private static final String GATE = "attn_gate.weight";

  /** A layer's tensor, which not every layer may have. */
  public static String name(int layer) {
    return WeightNames.layer(layer, GATE);
  }

  static AttentionGate read(Architecture a, GgufFile file, List<LayerShape> shapes) {
    Activation activation =
        a.has(Trait.GATED_BY_SOFTPLUS) ? Activation.SOFTPLUS : Activation.SIGMOID;
    boolean always = a.has(Trait.ATTENTION_GATED);
    for (int layer = 0; layer < shapes.size(); layer++) {
      TensorInfo gate = file.tensor(name(layer));
      if (gate != null && (always || a.has(Trait.ATTENTION_GATED_BY_FILE))) {
        boolean byHead =
            !a.has(Trait.GATED_BY_VALUE) && gate.rows() == shapes.get(layer).attention().heads();
        return new AttentionGate(true, byHead, activation);
      }
    }
    return always ? new AttentionGate(true, false, activation) : NONE;
  }
}
