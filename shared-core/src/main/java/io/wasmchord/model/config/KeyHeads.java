package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Heads of keys and values.
 *
 * @param heads of a layer that has any
 * @param none whether each layer has none; empty where all have the same
 */
record KeyHeads(int heads, List<Boolean> none) {

  /**
   * Checks what a file says of each layer.
   *
   * @param counts heads of each layer
   * @param queries heads of queries
   * @param where the file and the key, for messages
   * @throws InvalidModelException when there is not a count for each layer, or one is no count
   * @throws UnsupportedModelException when no layer has heads, or some have more than others
   */
  static KeyHeads of(int[] counts, int layers, int queries, String where) {
    if (counts.length != layers) {
      throw new InvalidModelException(
          where
              + " has "
              + counts.length
              + " entries, not "
              + layers
              + ". The file may be converted wrongly: choose another of this model.");
    }
    int heads = 0;
    List<Boolean> none = new ArrayList<>();
    for (int count : counts) {
      if (count < 0 || count > queries) {
        throw new InvalidModelException(
            where
                + " has the entry "
                + count
                + ", not within 0.."
                + queries
                + ". The file may be converted wrongly: choose another of this model.");
      }
      if (count > 0 && heads > 0 && count != heads) {
        throw unsupported(where + " has the entries " + heads + " and " + count);
      }
      heads = Math.max(heads, count);
      none.add(count == 0);
    }
    if (heads == 0) {
      throw unsupported(where + " is 0 for every layer");
    }
    return new KeyHeads(heads, List.copyOf(none));
  }

  private static UnsupportedModelException unsupported(String what) {
    return new UnsupportedModelException(
        what
            + "; this version runs models whose layers of attention all have the same number."
            + " Choose another model.");
  }
}
