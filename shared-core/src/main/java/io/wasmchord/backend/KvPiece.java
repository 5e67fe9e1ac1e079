package io.wasmchord.backend;

import io.wasmchord.backend.KvSpec.Part;

/**
 * A piece of what a layer keeps, in the order that all backends share when it leaves a cache: of
 * keys and values [position][head][bytes], as {@link KvType} says; of rows [position][value]; of
 * states [copy][value].
 *
 * @param first position, or copy of a state
 * @param count positions, at most as many as the layer has cells; or copies
 */
public record KvPiece(Part part, int layer, int first, int count) {
  /** Bytes of a position, or of a copy. */
  static long each(KvSpec spec, Part part, int layer) {
    return switch (part) {
      case KEYS -> spec.keyBytes(layer) * spec.heads(layer).count();
      case VALUES -> spec.valueBytes(layer) * spec.heads(layer).count();
      case ROWS -> 4L * spec.width(layer);
      case STATES -> 4L * spec.layer(layer).state();
    };
  }

  /** Bytes of this. */
  public long bytes(KvSpec spec) {
    return each(spec, part, layer) * count;
  }
}
