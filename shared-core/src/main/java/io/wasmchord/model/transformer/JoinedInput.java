package io.wasmchord.model.transformer;

import static io.wasmchord.backend.HeadValues.ofTokens;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.OutsideWeights;

/**
 * Makes one row of a token's embedding, in the residual stream, and of a hidden state beside it,
 * which was written to {@code delta}.
 *
 * @param wide [tokens, 2 * hidden]
 */
record JoinedInput(OutsideWeights.Joined weights, Tensor wide) {
  void record(Commands c, ActivationBuffers s, BlockRecorder blocks) {
    int hidden = s.x().cols();
    Tensor both = wide.rows(0, s.x().rows());
    blocks.norm(c, s, s.x(), weights.embedding(), s.normed());
    c.copyHeads(ofTokens(s.normed(), 0, 0), ofTokens(both, 0, 0), 1, hidden);
    blocks.norm(c, s, s.delta(), weights.hidden(), s.normed());
    c.copyHeads(ofTokens(s.normed(), 0, 0), ofTokens(both, 0, hidden), 1, hidden);
    BlockRecorder.project(c, both, weights.both(), s.x());
  }
}
