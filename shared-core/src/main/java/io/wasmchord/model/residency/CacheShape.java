package io.wasmchord.model.residency;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/** How many positions each layer's keys and values are kept for. */
public final class CacheShape {
  /**
   * Positions that a sequence can go back by, from the farthest that it came to, without being fed
   * again from its start: a chat's next turn often writes the last answer's end in another way.
   */
  public static final int BACK = 256;

  private CacheShape() {}

  /**
   * The cache of a model. A layer with a sliding window, and one that is a convolution, keeps what
   * the first token of a batch attends to when the last one is stored, and {@link #BACK} positions
   * more; every other layer keeps all, and so do an encoder's, which take turns.
   *
   * @param positions the longest sequence
   * @param type how keys and values are stored
   * @param batch tokens that are fed together, at most
   * @throws io.wasmchord.errors.UnsupportedCacheException when heads do not divide into the type's
   *     blocks
   */
  public static KvSpec of(ModelConfig config, int positions, KvType type, int batch) {
    return of(config, positions, CacheOptions.of(type), batch);
  }

  /** The same with a number of checkpoints. */
  public static KvSpec of(ModelConfig config, int positions, CacheOptions options, int batch) {
    return of(config, positions, options, batch, BACK);
  }

  /** The same with another number of positions to go back by, for tests. */
  public static KvSpec of(
      ModelConfig config, int positions, CacheOptions options, int batch, int back) {
    List<KvSpec.Layer> layers = new ArrayList<>();
    for (int slot = 0; slot < config.cachedLayers(); slot++) {
      int layer = config.rare().loops().layer(slot);
      long needed = (long) config.attends(layer) + batch - 1 + back;
      boolean sliding = !config.encoder() && config.attends(layer) > 0 && needed < positions;
      int capacity = sliding ? (int) needed : positions;
      layers.add(layer(config, layer, capacity));
    }
    int checkpoints = config.recurrent() ? options.checkpoints() : 0;
    return new KvSpec(positions, options.type(), layers, checkpoints);
  }

  /**
   * What layers of a model have of its cache; an encoder's are in turns in one, and those that
   * tokens come back to have a layer of it for each time.
   *
   * @param first the first of them
   * @param end the layer after the last
   */
  public static KvSpec part(ModelConfig config, KvSpec whole, int first, int end) {
    boolean all = config.encoder() || (config.rare().loops().exist() && first < end);
    return all ? whole : whole.part(first, end);
  }

  private static KvSpec.Layer layer(ModelConfig config, int layer, int capacity) {
    LayerShape shape = config.shape(layer);
    boolean own = shape.attends() && shape.keysOf() == layer;
    return new KvSpec.Layer(
        own ? shape.attention().kv() : KvSpec.Heads.NONE,
        shape.convolution() > 0 ? config.hidden() : 0,
        capacity,
        shape.state());
  }
}
