package io.wasmchord.cli.bench;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;
import java.util.Arrays;

/**
 * A model that computes as the one behind it, and then finds a given text the most likely: so what
 * an answer costs can be measured on models that would not write it.
 *
 * @param sequence prompt and answer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScriptedModel(Model model, int[] sequence) implements Model {
  private static final float LARGEST = 1e9f;

  private int next(int position) {
    return sequence[Math.min(position + 1, sequence.length - 1)];
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    float[] logits = model.forward(tokens, position, cache, wanted);
    int vocabulary = config().vocabulary();
    int rows = logits.length / vocabulary;
    for (int row = 0; row < rows; row++) {
      logits[row * vocabulary + next(position + tokens.length - rows + row)] = LARGEST;
    }
    return logits;
  }

  @Override
  public Best best(int[] tokens, int position, KvCache cache, int count) {
    Best best = model.best(tokens, position, cache, count);
    return best.logits().length == 0
        ? new Best(next(position + tokens.length - 1), best.logits())
        : best;
  }

  @Override
  public ModelConfig config() {
    return model.config();
  }

  @Override
  public int maxBatch() {
    return model.maxBatch();
  }

  @Override
  public KvCache newCache(int positions, CacheOptions options) {
    return model.newCache(positions, options);
  }

  @Override
  public Turn turn(RunControl control) {
    return model.turn(control);
  }

  @Override
  public void release(KvCache cache) {
    model.release(cache);
  }

  @Override
  public int resumesAt(KvCache cache, int position) {
    return model.resumesAt(cache, position);
  }

  @Override
  public int copy(KvCache from, KvCache to, int positions) {
    return model.copy(from, to, positions);
  }

  @Override
  public CacheContents contents(KvCache cache, int positions) {
    return model.contents(cache, positions);
  }

  @Override
  public CacheContents restoring(KvCache cache, CacheMarks marks) {
    return model.restoring(cache, marks);
  }

  @Override
  public void restored(KvCache cache, CacheContents contents) {
    model.restored(cache, contents);
  }

  @Override
  public Encoding encode(int[] tokens, KvCache cache) {
    return model.encode(tokens, cache);
  }

  @Override
  public Adapters adapters() {
    return model.adapters();
  }

  @Override
  public float[] projected(float[] rows) {
    return model.projected(rows);
  }

  /** The model behind it stays open. */
  @Override
  public void close() {
    // not its own
  }

  /** Prompt and answer, one after the other. */
  static int[] joined(int[] prompt, int[] answer) {
    int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, all, prompt.length, answer.length);
    return all;
  }
}
