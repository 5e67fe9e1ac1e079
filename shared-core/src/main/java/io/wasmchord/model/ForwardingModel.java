package io.wasmchord.model;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;

/**
 * A model that does as another one, but for what a subclass says: {@link #forward}, and what is
 * made of it by default. The other one stays open when this is closed.
 */
public abstract class ForwardingModel implements Model {
  private final Model model;

  /**
   * @param model that does the work
   */
  protected ForwardingModel(Model model) {
    this.model = model;
  }

  /** The model that does the work. */
  protected final Model model() {
    return model;
  }

  @Override
  public final ModelConfig config() {
    return model.config();
  }

  @Override
  public final int maxBatch() {
    return model.maxBatch();
  }

  @Override
  public final KvCache newCache(int positions, CacheOptions options) {
    return model.newCache(positions, options);
  }

  @Override
  public final Turn turn(RunControl control) {
    return model.turn(control);
  }

  @Override
  public final void release(KvCache cache) {
    model.release(cache);
  }

  @Override
  public final int resumesAt(KvCache cache, int position) {
    return model.resumesAt(cache, position);
  }

  @Override
  public final int copyable(KvCache from, KvCache to, int positions) {
    return model.copyable(from, to, positions);
  }

  @Override
  public final int copy(KvCache from, KvCache to, int positions) {
    return model.copy(from, to, positions);
  }

  @Override
  public final CacheContents contents(KvCache cache, int positions) {
    return model.contents(cache, positions);
  }

  @Override
  public final CacheContents restoring(KvCache cache, CacheMarks marks) {
    return model.restoring(cache, marks);
  }

  @Override
  public final void restored(KvCache cache, CacheContents contents) {
    model.restored(cache, contents);
  }

  @Override
  public final Encoding encode(int[] tokens, KvCache cache) {
    return model.encode(tokens, cache);
  }

  @Override
  public final float[] projected(float[] rows) {
    return model.projected(rows);
  }

  @Override
  public final float[] classified(float[] rows) {
    return model.classified(rows);
  }

  @Override
  public final Adapters adapters() {
    return model.adapters();
  }

  @Override
  public void close() {
    // not its own
  }
}
