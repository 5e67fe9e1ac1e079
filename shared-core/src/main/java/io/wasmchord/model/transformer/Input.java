package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.AltUpWeights;
import io.wasmchord.model.tensors.HyperWeights;
import io.wasmchord.model.tensors.LayerWeights;
import org.jspecify.annotations.Nullable;

/**
 * What makes a batch's residual stream of its tokens.
 *
 * @param type [1, hidden], a row that is added to each token's, or null
 * @param positions [positions, hidden], a row that is added to each token's, or null
 * @param norm of the sum, or null
 * @param layers what layers are given besides, or null
 * @param streams what makes several residual streams of one, or null
 * @param joined what takes a hidden state beside each token, or null
 * @param low [1, hidden], the low state that stacks that take turns begin with, or null
 */
record Input(
    Embedding embedding,
    @Nullable Tensor type,
    @Nullable Tensor positions,
    LayerWeights.@Nullable Norm norm,
    LayerInputs.@Nullable Lookup layers,
    AltUpWeights.@Nullable Outside streams,
    HyperWeights.@Nullable Factors hyper,
    @Nullable JoinedInput joined,
    @Nullable Tensor low) {

  /**
   * Records it for a batch.
   *
   * @param places the tokens' positions
   */
  void record(Commands c, ActivationBuffers s, BlockRecorder blocks, int[] ids, int[] places) {
    embedding.record(c, ids, s.x());
    if (s.loops() != null && low != null) {
      c.embed(low, new int[ids.length], s.loops().low());
    }
    c.embedded(ids, s.x());
    blocks.scaleEmbedding(c, s.x());
    if (joined != null) {
      joined.record(c, s, blocks);
    }
    if (type != null) {
      c.embed(type, new int[ids.length], s.delta()).add(s.x(), s.delta());
    }
    if (positions != null) {
      c.embed(positions, places, s.delta()).add(s.x(), s.delta());
    }
    if (norm != null) {
      blocks.norm(c, s, s.x(), norm, s.x());
    }
    if (s.skip() != null) {
      c.copyColumns(s.x(), 0, s.x().cols(), s.x().cols(), s.skip());
    }
    if (layers != null) {
      layers.record(c, s, blocks.config(), ids);
    }
    if (streams != null) {
      blocks.altUp().enter(c, s, streams);
    }
    if (hyper != null) {
      blocks.hyper().enter(c, s);
    }
    if (s.loops() != null) {
      LoopRecorder.begin(c, s, s.loops());
    }
  }
}
