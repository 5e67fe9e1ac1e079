package io.wasmchord.model.config;

import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what each layer has of its own. */
final class LayerShapes {
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_CONVOLUTION = 1024;
  private static final String SHARED = "attention.shared_kv_layers";
  private static final String KV_HEADS = "attention.head_count_kv";

  private final Architecture a;
  private final CheckedKeys keys;
  private final int hidden;
  private final int[] heads;
  private final List<Boolean> sliding;
  private final int keyDim;

  /**
   * @param sliding whether each layer has a sliding window; empty where none has
   */
  LayerShapes(Architecture a, CheckedKeys keys, int layers, int hidden, List<Boolean> sliding) {
    this.a = a;
    this.keys = keys;
    this.hidden = hidden;
    this.sliding = sliding;
    this.heads = keys.each("attention.head_count", layers, fewest(), MAX_WIDTH);
    this.keyDim = keyDim();
  }

  /** Heads that a layer has at least. */
  private int fewest() {
    return Recurrences.any(a) || a.has(Trait.SPARSE_LAYERS) ? 0 : 1;
  }

  /** Heads of the first layer, which the size of a head follows from where files do not say. */
  int heads() {
    return Math.max(heads[0], 1);
  }

  /** Values in a head of queries or keys. */
  int keyDim() {
    if (keys.has("attention.key_length")) {
      return keys.positive("attention.key_length", MAX_WIDTH);
    }
    if (heads[0] == 0) {
      return 2; // nothing attends: the least of which there are angles
    }
    keys.require(
        hidden % heads() == 0, "embedding_length " + hidden + " does not divide by " + heads());
    return hidden / heads();
  }

  /** The same in layers with a sliding window. */
  int slidingKeyDim() {
    return keys.positive("attention.key_length_swa", MAX_WIDTH, keyDim);
  }

  private boolean slides(int layer) {
    return !sliding.isEmpty() && sliding.get(layer);
  }

  /**
   * The layer whose keys and values a layer attends to. The last ones may have none of their own:
   * then it is the last of their kind that has, and that must be one of the two last that have.
   */
  private int keysOf(int layer) {
    int shared = keys.int32(SHARED, 0);
    keys.require(shared >= 0 && shared < heads.length, SHARED + " is " + shared);
    int own = heads.length - shared;
    if (layer < own) {
      return layer;
    }
    int source = own - (slides(layer) ? 2 : 1);
    keys.require(
        source >= 0 && slides(source) == slides(layer),
        SHARED
            + " is "
            + shared
            + ", but layer "
            + source
            + " does not attend to what layer "
            + layer
            + " attends to");
    return source;
  }

  /** Values in a head of values. */
  int valueDim() {
    return keys.positive("attention.value_length", MAX_WIDTH, keyDim);
  }

  /** The same in layers with a sliding window. */
  int slidingValueDim() {
    int slidingKeyDim = slidingKeyDim();
    return keys.positive(
        "attention.value_length_swa",
        MAX_WIDTH,
        slidingKeyDim == keyDim ? valueDim() : slidingKeyDim);
  }

  /**
   * The layers.
   *
   * @param feedForward widths
   * @param recurrence what recurrent layers are
   */
  List<LayerShape> read(int[] feedForward, Recurrence recurrence) {
    int valueDim = valueDim();
    int slidingKeyDim = slidingKeyDim();
    int slidingValueDim = slidingValueDim();
    int[] kvHeads =
        keys.has(KV_HEADS)
            ? keys.each(KV_HEADS, heads.length, convolutions() ? 0 : fewest(), MAX_WIDTH)
            : heads;
    boolean[] recurrent = Recurrences.layers(a, keys, kvHeads, feedForward);
    keys.require(
        Recurrences.any(a) || Arrays.stream(kvHeads).anyMatch(n -> n > 0),
        KV_HEADS + " is 0 for every layer");
    List<LayerShape> shapes = new ArrayList<>();
    for (int layer = 0; layer < heads.length; layer++) {
      boolean attends =
          heads[layer] > 0
              && kvHeads[layer] > 0
              && (!recurrent[layer] || a.has(Trait.BESIDE_ATTENTION));
      LayerShape.Attention attention =
          !attends
              ? LayerShape.Attention.NONE
              : slides(layer)
                  ? attention(heads[layer], kvHeads[layer], slidingKeyDim, slidingValueDim)
                  : attention(heads[layer], kvHeads[layer], keyDim, valueDim);
      int convolution =
          kvHeads[layer] == 0 && convolutions()
              ? keys.positive("shortconv.l_cache", MAX_CONVOLUTION)
              : 0;
      int state = recurrent[layer] ? recurrence.values() : 0;
      shapes.add(new LayerShape(attention, keysOf(layer), convolution, state, feedForward[layer]));
    }
    return shapes;
  }

  /** Whether layers without heads of keys are convolutions. */
  private boolean convolutions() {
    return a.has(Trait.SHORT_CONVOLUTIONS);
  }

  private LayerShape.Attention attention(int queries, int kvHeads, int keyDim, int valueDim) {
    keys.require(
        queries % kvHeads == 0,
        "attention.head_count " + queries + " does not divide by " + kvHeads);
    keys.requireRows(
        "attention.head_count", queries, "values in a head", Math.max(keyDim, valueDim));
    return new LayerShape.Attention(queries, kvHeads, keyDim, valueDim);
  }
}
