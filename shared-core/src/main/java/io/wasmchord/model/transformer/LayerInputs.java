package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Commands;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.LayerInput;
import java.util.Objects;

/** Records what layers are given of each token beside the residual stream. */
final class LayerInputs {
  private static final float HALF_ROOT = 1f / FloatMath.sqrt(2f);

  private LayerInputs() {}

  /** The rows of a batch, of all layers. */
  record Lookup(Embedding embedding, LayerInput.Projected projected) {
    /** Records it, with the tokens' residual stream in {@code s.x()}. */
    void record(Commands c, ActivationBuffers s, ModelConfig config, int[] ids) {
      ActivationBuffers.LayerInputs b = Objects.requireNonNull(s.layerInputs());
      embedding.record(c, ids, b.all());
      c.scale(b.all(), FloatMath.sqrt(config.layerInput()));
      c.product(s.x(), projected.projection(), b.projected());
      c.scale(b.projected(), 1f / FloatMath.sqrt(config.hidden()));
      c.rmsNorm(
          b.projected(),
          Objects.requireNonNull(projected.norm().weight()),
          config.normEps(),
          b.projected());
      c.add(b.all(), b.projected());
      c.scale(b.all(), HALF_ROOT);
    }
  }

  /** Adds to the residual stream what a layer makes of its own rows. */
  static void record(Commands c, ActivationBuffers s, ModelConfig config, LayerInput w, int layer) {
    delta(c, s, config, w, layer);
    c.add(s.x(), s.delta());
  }

  /** Leaves in {@code s.delta()} what a layer makes of its own rows, and of {@code s.x()}. */
  static void delta(Commands c, ActivationBuffers s, ModelConfig config, LayerInput w, int layer) {
    ActivationBuffers.LayerInputs b = Objects.requireNonNull(s.layerInputs());
    int width = config.layerInput();
    c.copyColumns(b.all(), layer * width, width, width, b.one());
    c.product(s.x(), w.gate(), b.gate());
    c.gate(b.gate(), b.one(), Activation.GELU, 0f, b.gate());
    c.product(b.gate(), w.output(), s.delta());
    c.rmsNorm(s.delta(), Objects.requireNonNull(w.norm().weight()), config.normEps(), s.delta());
  }
}
