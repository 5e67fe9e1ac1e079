package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Loops;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.LoopBuffers;
import io.wasmchord.model.tensors.LayerWeights;

/** Records what comes before and after layers that a token goes through several times. */
final class LoopRecorder {
  private final BlockRecorder blocks;
  private final LayerWeights.Norm norm;

  /**
   * @param norm of the residual stream after the last layer
   */
  LoopRecorder(BlockRecorder blocks, LayerWeights.Norm norm) {
    this.blocks = blocks;
    this.norm = norm;
  }

  /** Begins: a batch's embeddings are the high state. */
  static void begin(Commands c, ActivationBuffers s, LoopBuffers states) {
    copy(c, s.x(), states.high());
  }

  /** Before a pass. */
  void before(Commands c, ActivationBuffers s) {
    LoopBuffers states = s.loops();
    if (states != null) {
      copy(c, states.high(), s.x());
      c.add(s.x(), states.low());
    }
  }

  /** After a pass. */
  void after(Commands c, ActivationBuffers s, Loops.After after) {
    if (after != Loops.After.NOTHING) {
      blocks.norm(c, s, s.x(), norm, s.x());
    }
    LoopBuffers states = s.loops();
    if (states != null && after == Loops.After.LOW) {
      copy(c, s.x(), states.low());
    } else if (states != null && after == Loops.After.HIGH) {
      copy(c, s.x(), states.high());
    }
  }

  private static void copy(Commands c, Tensor from, Tensor to) {
    c.copyColumns(from, 0, from.cols(), from.cols(), to);
  }
}
