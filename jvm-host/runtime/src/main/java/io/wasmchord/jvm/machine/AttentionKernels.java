package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatTileWriter.Ending;

/**
 * Attention in machine code, for heads of one size: scores of queries with keys, and sums of
 * values. Keys lie in strips of as many positions as a register has lanes, as
 * [dimension][position]; values as [position][dimension]. Addresses are trusted.
 */
@SuppressWarnings("restricted")
public final class AttentionKernels {
  /** Positions, and dimensions of a value, that are taken together at least. */
  public static final int LANES = 16;

  private final Stored stored;
  private final int keyDim;
  private final int valueDim;
  private final int strips; // that a call takes together
  private final FloatKernels keys;
  private final FloatKernels lastKeys;
  private final int dims; // of values that a call takes
  private final FloatKernels values;
  private final FloatKernels upperValues;
  private final FloatKernels lastValues;

  /** How a cache stores numbers. */
  public enum Stored {
    /** float32. */
    SINGLES(4 * 32),
    /** binary16. */
    HALVES(2 * 32),
    /** A binary16 scale and int8, 32 of them. */
    QUANTS(2 + 32);

    private final int bytes; // of 32

    Stored(int bytes) {
      this.bytes = bytes;
    }

    private int bytes(int values) {
      return values * bytes / 32;
    }

    /** Where the values of a block of 32, if these are stored so, or the one itself begins. */
    private int place(int value) {
      return bytes(this == QUANTS ? value / 32 * 32 : value);
    }
  }

  private AttentionKernels(Variant variant, Stored stored, int keyDim, int valueDim) {
    boolean halves = stored == Stored.HALVES;
    boolean quants = stored == Stored.QUANTS;
    int lanes = variant.bits() / 32;
    int parts = LANES / lanes;
    FloatLoads keyLoads =
        quants ? FloatLoads.quantizedKeys(lanes, keyDim) : FloatLoads.keys(lanes, halves, keyDim);
    int step = stored.bytes(valueDim);
    FloatLoads valueLoads =
        quants
            ? FloatLoads.quantizedValues(lanes, step, 0)
            : FloatLoads.values(halves, step, stored.bytes(lanes));
    this.stored = stored;
    this.keyDim = keyDim;
    this.valueDim = valueDim;
    this.strips = 2 / parts;
    this.dims = strips * LANES;
    this.keys = FloatKernels.of(variant, keyLoads, Ending.SCALE, 2);
    this.lastKeys = strips == 1 ? keys : FloatKernels.of(variant, keyLoads, Ending.SCALE, 1);
    this.values = FloatKernels.of(variant, valueLoads, Ending.MORE, 2);
    this.upperValues =
        quants && dims < 32
            ? FloatKernels.of(
                variant, FloatLoads.quantizedValues(lanes, step, dims), Ending.MORE, 2)
            : values;
    this.lastValues =
        strips == 1 ? values : FloatKernels.of(variant, valueLoads, Ending.MORE, parts);
  }

  /** Kernels for heads of a size; {@code valueDim} is a multiple of {@link #LANES}. */
  public static AttentionKernels of(Variant variant, Stored stored, int keyDim, int valueDim) {
    return new AttentionKernels(variant, stored, keyDim, valueDim);
  }

  /** Rows of queries that a call takes at most. */
  public int mostRows() {
    return keys.mostRows();
  }

  /**
   * Scores of {@code count} strips of sixteen positions that follow each other.
   *
   * @param first address of the first
   * @param tile of queries, and of scores of the first strip's first position
   */
  public void scores(long first, int count, FloatKernels.Tile tile, float scale) {
    long bits = Float.floatToRawIntBits(scale);
    if (count >= strips) {
      keys.run(first, tile, count / strips, bits);
    }
    int before = count / strips * strips;
    if (before < count) {
      long last = first + (long) before * stored.bytes(LANES) * keyDim;
      lastKeys.run(last, tile.moved(0, 4L * LANES * before), count - before, bits);
    }
  }

  /**
   * Adds {@code count} values that follow each other, each times its weight.
   *
   * @param first address of the first
   * @param tile of weights, and of sums
   */
  public void values(long first, int count, FloatKernels.Tile tile) {
    for (int d = 0; d < valueDim; d += dims) {
      FloatKernels kernels = d + dims > valueDim ? lastValues : d % 32 == 0 ? values : upperValues;
      kernels.run(first + stored.place(d), tile.moved(0, 4L * d), count, 0);
    }
  }
}
