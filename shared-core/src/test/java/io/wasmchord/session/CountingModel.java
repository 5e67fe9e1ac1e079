package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.Latent;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.Stacks;
import io.wasmchord.model.residency.CacheOptions;
import java.util.ArrayList;
import java.util.List;

/** A model of 256 tokens that always counts on: after token t comes t + 1. */
final class CountingModel implements Model {
  private final List<Integer> fed = new ArrayList<>();
  private boolean broken;

  /** The tokens that were fed, in order; may be cleared. */
  List<Integer> fed() {
    return fed;
  }

  /** Whether logits are no numbers from now on. */
  void broken(boolean now) {
    broken = now;
  }

  @Override
  public ModelConfig config() {
    return new ModelConfig(
        "test",
        List.of(new LayerShape(new LayerShape.Attention(1, 1, 8, 8), 0, 0, 0, 8)),
        8,
        256,
        256,
        100,
        1e-5f,
        8,
        10000f,
        new ModelConfig.Scales(1f, 1f, 1f, 1f),
        ModelConfig.Caps.NONE,
        ModelConfig.SlidingWindow.NONE,
        ModelConfig.Experts.NONE,
        Latent.NONE,
        false,
        Pooling.LAST,
        RareFeatures.NONE,
        0,
        Recurrence.NONE,
        Classifier.NONE,
        0,
        Stacks.NONE);
  }

  @Override
  public float[] projected(float[] rows) {
    return rows;
  }

  @Override
  public int maxBatch() {
    return 4;
  }

  @Override
  public void release(KvCache cache) {}

  @Override
  public KvCache newCache(int positions, CacheOptions options) {
    KvSpec spec = new KvSpec(1, positions, 1, 8, 8, options.type());
    return () -> spec;
  }

  @Override
  public int resumesAt(KvCache cache, int position) {
    return position;
  }

  @Override
  public void keep(KvCache cache, int position) {}

  @Override
  public int copy(KvCache from, KvCache to, int positions) {
    return positions;
  }

  @Override
  public CacheContents contents(KvCache cache, int positions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CacheContents restoring(KvCache cache, CacheMarks marks) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void restored(KvCache cache, CacheContents contents) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Encoding encode(int[] tokens, KvCache cache) {
    throw new UnsupportedOperationException();
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    for (int token : tokens) {
      fed.add(token);
    }
    float[] logits = new float[wanted == Wanted.NONE ? 0 : 256];
    if (logits.length > 0) {
      logits[(tokens[tokens.length - 1] + 1) % 256] = broken ? Float.NaN : 5f;
    }
    return logits;
  }

  @Override
  public void close() {}
}
