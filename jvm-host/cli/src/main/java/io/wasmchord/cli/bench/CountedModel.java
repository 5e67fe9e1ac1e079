package io.wasmchord.cli.bench;

import io.wasmchord.backend.KvCache;
import io.wasmchord.model.ForwardingModel;
import io.wasmchord.model.Model;

/** A model that counts how often it is gone through. */
final class CountedModel extends ForwardingModel {
  private int passes;

  CountedModel(Model model) {
    super(model);
  }

  int passes() {
    return passes;
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    passes++;
    return model().forward(tokens, position, cache, wanted);
  }
}
