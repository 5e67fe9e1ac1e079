package io.wasmchord.model;

import java.util.List;

/**
 * What the contents of a cache are of.
 *
 * @param position that a model goes on at
 * @param first the first position that layers with a sliding window have
 * @param encoded rows of an encoder that a decoder attends to; 0 without one
 * @param checkpoints earlier positions that recurrent layers can go on at, in order
 */
public record CacheMarks(int position, int first, int encoded, List<Integer> checkpoints) {
  /** Marks of no tokens. */
  public static final CacheMarks NONE = new CacheMarks(0, 0, 0, List.of());

  public CacheMarks {
    checkpoints = List.copyOf(checkpoints);
  }
}
