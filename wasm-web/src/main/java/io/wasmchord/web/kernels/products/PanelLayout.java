package io.wasmchord.web.kernels.products;

import io.wasmchord.web.kernels.formats.BlockCode;

/**
 * Two row groups' blocks, unpacked for use with many tokens: pairs of vectors, the first group's
 * and the second's, at {@code 32 * index} and {@code 32 * index + 16}.
 *
 * <pre>
 *   | pairs of vectors | content |
 *   | groups * (scale + words) | per scale group: its int16 scale (only with {@link DotMode#BYTES}), its quants |
 *   | pairCount | int16 pairs for the activations' sums |
 *   | 1 | float d |
 *   | 1 | float dMin or m, where there is one |
 * </pre>
 */
public record PanelLayout(BlockCode block, DotMode mode) {
  public static final int GROUPS = 2;
  static final int PAIR = 16 * GROUPS;

  /** Whether scales stand before their groups; otherwise they are multiplied into the quants. */
  boolean ownScales() {
    return mode == DotMode.BYTES && block.scaled();
  }

  /** Pairs of vectors with quants in a scale group. */
  int groupWords() {
    return block.groupValues() / (mode == DotMode.BYTES ? 4 : 2);
  }

  int groups() {
    return block.values() / block.groupValues();
  }

  /** Bytes of a scale group's pairs of vectors. */
  int groupBytes() {
    return PAIR * (groupWords() + (ownScales() ? 1 : 0));
  }

  int scale(int g) {
    return g * groupBytes();
  }

  int word(int w) {
    int g = w / groupWords();
    return g * groupBytes() + PAIR * (w % groupWords() + (ownScales() ? 1 : 0));
  }

  int pair(int p) {
    return groups() * groupBytes() + PAIR * p;
  }

  int d() {
    return pair(block.pairCount());
  }

  int dMin() {
    return d() + PAIR;
  }

  /** Bytes of one block's pairs of vectors. */
  public int bytes() {
    return dMin() + (block.hasMinimum() ? PAIR : 0);
  }
}
