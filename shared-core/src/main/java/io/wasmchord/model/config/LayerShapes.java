package io.wasmchord.model.config;

import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what each layer has of its own. */
final class LayerShapes {
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_CONVOLUTION = 1024;
  private static final String KV_HEADS = "attention.head_count_kv";

  private final Architecture a;
  private final CheckedKeys keys;
  private final int hidden;
  private final int[] heads;
  private final int keyDim;

  LayerShapes(Architecture a, CheckedKeys keys, int layers, int hidden) {
    this.a = a;
    this.keys = keys;
    this.hidden = hidden;
    this.heads = keys.each("attention.head_count", layers, 1, MAX_WIDTH);
    this.keyDim = keyDim();
  }

  /** Heads of the first layer, which the size of a head follows from where files do not say. */
  int heads() {
    return heads[0];
  }

  /** Values in a head of queries or keys. */
  int keyDim() {
    if (keys.has("attention.key_length")) {
      return keys.positive("attention.key_length", MAX_WIDTH);
    }
    keys.require(
        hidden % heads() == 0, "embedding_length " + hidden + " does not divide by " + heads());
    return hidden / heads();
  }

  /** Values in a head of values. */
  int valueDim() {
    return keys.positive("attention.value_length", MAX_WIDTH, keyDim);
  }

  /**
   * The layers.
   *
   * @param feedForward widths
   */
  List<LayerShape> read(int[] feedForward) {
    int valueDim = valueDim();
    int[] kvHeads =
        keys.has(KV_HEADS)
            ? keys.each(KV_HEADS, heads.length, convolutions() ? 0 : 1, MAX_WIDTH)
            : heads;
    keys.require(Arrays.stream(kvHeads).anyMatch(n -> n > 0), KV_HEADS + " is 0 for every layer");
    List<LayerShape> shapes = new ArrayList<>();
    for (int layer = 0; layer < heads.length; layer++) {
      LayerShape.Attention attention =
          kvHeads[layer] == 0
              ? LayerShape.Attention.NONE
              : attention(heads[layer], kvHeads[layer], valueDim);
      int convolution =
          kvHeads[layer] == 0 ? keys.positive("shortconv.l_cache", MAX_CONVOLUTION) : 0;
      shapes.add(new LayerShape(attention, layer, convolution, 0, feedForward[layer]));
    }
    return shapes;
  }

  /** Whether layers without heads of keys are convolutions. */
  private boolean convolutions() {
    return a.has(Trait.SHORT_CONVOLUTIONS);
  }

  private LayerShape.Attention attention(int queries, int kvHeads, int valueDim) {
    keys.require(
        queries % kvHeads == 0,
        "attention.head_count " + queries + " does not divide by " + kvHeads);
    keys.requireRows(
        "attention.head_count", queries, "values in a head", Math.max(keyDim, valueDim));
    return new LayerShape.Attention(queries, kvHeads, keyDim, valueDim);
  }
}
