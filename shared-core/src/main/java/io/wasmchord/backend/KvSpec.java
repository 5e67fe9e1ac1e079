package io.wasmchord.backend;

import io.wasmchord.errors.UnsupportedCacheException;
import java.util.Collections;
import java.util.List;

/**
 * The shape of a KV cache: what each layer keeps of a sequence.
 *
 * @param positions the longest sequence that it holds
 * @param type how keys and values are stored
 * @param layers what each keeps; capacities are given as wishes, which are rounded up to whole
 *     runs, but not beyond those of the sequence
 * @param checkpoints copies of the layers' states that there is room for
 */
public record KvSpec(int positions, KvType type, List<Layer> layers, int checkpoints) {
  /** Positions are stored in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = 16;

  /**
   * What a layer keeps: keys and values of each position, or a row of float32 values of each
   * ({@link KvCache#rows}), and maybe a state, which is not of any position ({@link
   * KvCache#state}). A layer with a sliding window can store fewer positions than the sequence has:
   * position p then lies in cell {@code p % capacity}, where it replaces the one that lay there. A
   * capacity is a multiple of {@link #RUN}, so a run of positions stays together.
   *
   * @param heads of keys and values; {@link Heads#NONE} where it keeps none
   * @param width values in a row; 0 where it keeps none
   * @param capacity cells for positions
   * @param state values of the state; 0 where it has none
   */
  public record Layer(Heads heads, int width, int capacity, int state) {
    /**
     * @throws IllegalArgumentException when a layer keeps both keys and rows
     */
    public Layer {
      if (width > 0 && heads.count() > 0) {
        throw new IllegalArgumentException("a layer keeps keys and values, or rows, not both");
      }
    }

    /** A layer that keeps keys and values. */
    public static Layer of(Heads heads, int capacity) {
      return new Layer(heads, 0, capacity, 0);
    }

    /** A layer that keeps rows. */
    public static Layer rows(int width, int capacity) {
      return new Layer(Heads.NONE, width, capacity, 0);
    }

    /** The same with a state. */
    public Layer withState(int values) {
      return new Layer(heads, width, capacity, values);
    }

    private Layer withCapacity(int cells) {
      return new Layer(heads, width, cells, state);
    }

    /** Whether it keeps anything of each position. */
    boolean keepsPositions() {
      return width > 0 || heads.count() > 0;
    }
  }

  /**
   * The heads of a layer's keys and values.
   *
   * @param count key and value heads
   * @param keyDim values in one key head
   * @param valueDim values in one value head
   */
  public record Heads(int count, int keyDim, int valueDim) {
    /** No keys and values. */
    public static final Heads NONE = new Heads(0, 0, 0);

    /** Values of all keys of a position. */
    public int keyColumns() {
      return count * keyDim;
    }

    /** Values of all values of a position. */
    public int valueColumns() {
      return count * valueDim;
    }
  }

  /**
   * Checks that heads divide into the type's blocks.
   *
   * @throws UnsupportedCacheException when they do not
   */
  public KvSpec {
    int most = positions;
    for (Layer layer : layers) {
      requireBlocks(type, "keys", layer.heads.keyDim);
      requireBlocks(type, "values", layer.heads.valueDim);
    }
    layers = layers.stream().map(l -> l.withCapacity(runs(Math.min(l.capacity, most)))).toList();
  }

  /** A cache whose layers have no states. */
  public KvSpec(int positions, KvType type, List<Layer> layers) {
    this(positions, type, layers, 0);
  }

  /** A cache whose layers keep keys and values in heads of one shape. */
  public KvSpec(
      int positions, int kvHeads, int keyDim, int valueDim, KvType type, List<Integer> capacities) {
    this(
        positions,
        type,
        capacities.stream().map(c -> Layer.of(new Heads(kvHeads, keyDim, valueDim), c)).toList());
  }

  /** A cache whose layers all store the whole sequence. */
  public KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim, KvType type) {
    this(positions, kvHeads, keyDim, valueDim, type, Collections.nCopies(layers, positions));
  }

  /** The same, of float32. */
  public KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim) {
    this(layers, positions, kvHeads, keyDim, valueDim, KvType.F32);
  }

  private static int runs(int positions) {
    long whole = ((long) positions + RUN - 1) / RUN * RUN;
    return (int) Math.min(whole, Integer.MAX_VALUE / RUN * RUN);
  }

  private static void requireBlocks(KvType type, String what, int dim) {
    if (dim % type.blockValues() != 0) {
      throw new UnsupportedCacheException(
          "a "
              + type.label()
              + " KV cache takes heads in blocks of "
              + type.blockValues()
              + " values, but this model's "
              + what
              + " have heads of "
              + dim
              + "; use "
              + KvType.F16.label());
    }
  }

  /** The part of this for the layers from {@code first} to before {@code end}. */
  public KvSpec part(int first, int end) {
    return new KvSpec(positions, type, layers.subList(first, end), checkpoints);
  }

  /** What a layer keeps. */
  public Layer layer(int layer) {
    return layers.get(layer);
  }

  /** The heads of a layer's keys and values. */
  public Heads heads(int layer) {
    return layer(layer).heads;
  }

  /** Cells that a layer has, a multiple of {@link #RUN}. */
  public int capacity(int layer) {
    return layer(layer).capacity;
  }

  /** The fewest cells of a layer that keeps something of each position. */
  public int fewestCells() {
    return layers.stream()
        .filter(Layer::keepsPositions)
        .mapToInt(Layer::capacity)
        .min()
        .orElse(runs(positions));
  }

  /** Whether a layer forgets positions of a sequence that is as long as can be. */
  public boolean bounded(int layer) {
    return capacity(layer) < positions;
  }

  /** Values in the rows of a layer, or 0 where it keeps none. */
  public int width(int layer) {
    return layer(layer).width;
  }

  /**
   * The same of a layer that keeps rows.
   *
   * @throws IllegalArgumentException when it keeps none
   */
  public int requireWidth(int layer) {
    if (width(layer) == 0) {
      throw new IllegalArgumentException("layer " + layer + " keeps no rows");
    }
    return width(layer);
  }

  /**
   * Values of the state of a layer that has one.
   *
   * @throws IllegalArgumentException when it has none
   */
  public int requireState(int layer) {
    if (layer(layer).state == 0) {
      throw new IllegalArgumentException("layer " + layer + " has no state");
    }
    return layer(layer).state;
  }

  /** Copies of a state, the one that is computed with first. */
  public int states() {
    return 1 + checkpoints;
  }

  /** Whether a layer has a state. */
  public boolean recurrent() {
    return layers.stream().anyMatch(l -> l.state > 0);
  }

  /** Bytes of one head's key. */
  public long keyBytes(int layer) {
    return type.bytes(heads(layer).keyDim);
  }

  /** Bytes of one head's value. */
  public long valueBytes(int layer) {
    return type.bytes(heads(layer).valueDim);
  }

  /** The parts of a cache; each is in one piece, layer by layer. */
  public enum Part {
    KEYS,
    VALUES,
    ROWS,
    STATES
  }

  /** Bytes of a part of one layer. */
  public long bytes(Part part, int layer) {
    Layer l = layer(layer);
    return switch (part) {
      case KEYS -> keyBytes(layer) * l.heads.count * l.capacity;
      case VALUES -> valueBytes(layer) * l.heads.count * l.capacity;
      case ROWS -> 4L * l.width * l.capacity;
      case STATES -> 4L * l.state * states();
    };
  }

  /** Bytes of a part of the layers before {@code layer}, all together. */
  public long bytesBefore(Part part, int layer) {
    long bytes = 0;
    for (int i = 0; i < layer; i++) {
      bytes = Math.addExact(bytes, bytes(part, i));
    }
    return bytes;
  }

  /** Bytes of a part of all layers. */
  public long bytes(Part part) {
    return bytesBefore(part, layers.size());
  }

  /** Bytes of all that a layer keeps. */
  public long bytes(int layer) {
    long bytes = 0;
    for (Part part : Part.values()) {
      bytes += bytes(part, layer);
    }
    return bytes;
  }

  /** Bytes of the whole cache. */
  public long bytes() {
    long bytes = 0;
    for (Part part : Part.values()) {
      bytes += bytes(part);
    }
    return bytes;
  }
}
