package io.wasmchord.backend.scalar;

import io.wasmchord.backend.SequenceRows;

/**
 * What one command has of a sequence's recurrent state, while it runs.
 *
 * @param tensor the layer's state
 * @param offset of its first value
 * @param values a copy, zeros where the sequence begins
 */
record ScalarState(ScalarTensor tensor, int offset, float[] values) {
  static ScalarState of(SequenceRows sequence, int layer, int offset, int count) {
    ScalarTensor tensor = ScalarTensor.of(sequence.cache().state(layer));
    float[] values = new float[count];
    if (sequence.position() > 0) {
      tensor.data().getFloats(4L * offset, values, 0, count);
    }
    return new ScalarState(tensor, offset, values);
  }

  void store() {
    tensor.memory().putFloats(4L * offset, values, 0, values.length);
  }
}
