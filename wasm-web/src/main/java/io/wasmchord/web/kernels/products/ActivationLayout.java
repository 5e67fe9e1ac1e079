package io.wasmchord.web.kernels.products;

/**
 * How a batch of activations lies in memory for a matrix product. Rows (tokens) are taken in tiles
 * of {@code tile} = 1 or {@link #TILE}; a tile's block is a record of 4-byte words, and word w of
 * the tile's row t stands at {@code 4 * (w * tile + t)}. Records follow each other in the order in
 * which the product reads them: by panel of blocks, then by tile, then by block.
 *
 * <pre>
 *   | words | Q8 blocks of 32 | words | Q8_K blocks of 256 | words | floats |
 *   | 0 | quants | 0 | quants | 0 | 4 float32 |
 *   | q | f32 da | q | 8 pairs of int16 sums of 16 | | |
 *   | q + 1 | int32 sum(a) | q + 8 | 4 pairs of int16 sums of 32 | | |
 *   | q + 2 | f32 s (Q8_1) | q + 12 | f32 da | | |
 *   | q + 3 | 2 int32 sums of 16 | | | | |
 * </pre>
 *
 * A word of quants is four int8 or two int16.
 */
public enum ActivationLayout {
  Q8_BYTES(32, 8, 5, 8),
  Q8_SHORTS(32, 16, 5, 8),
  Q8K_BYTES(256, 64, 13, 1),
  Q8K_SHORTS(256, 128, 13, 1),
  FLOATS(4, 4, 0, 64);

  /** Rows of a tile in a product of several rows. */
  public static final int TILE = 4;

  private final int values;
  private final int quantWords;
  private final int extraWords;
  private final int panelBlocks;

  ActivationLayout(int values, int quantWords, int extraWords, int panelBlocks) {
    this.values = values;
    this.quantWords = quantWords;
    this.extraWords = extraWords;
    this.panelBlocks = panelBlocks;
  }

  /** Values in a block. */
  public int blockValues() {
    return values;
  }

  /** Words of quants, or of floats. */
  int quantWords() {
    return quantWords;
  }

  /** Words of one row's record. */
  public int words() {
    return quantWords + extraWords;
  }

  /** Blocks of a weight that are unpacked together. */
  public int panelBlocks() {
    return panelBlocks;
  }

  /** Bytes of {@code rows} rows of {@code cols} values, in tiles of {@code tile}. */
  public long bytes(int rows, int cols, int tile) {
    return 4L * words() * (cols / values) * ((rows + tile - 1) / tile * tile);
  }
}
