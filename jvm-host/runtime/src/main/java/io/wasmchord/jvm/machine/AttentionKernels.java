package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatTileWriter.Ending;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Attention in machine code, for heads of one size: scores of queries with keys, the softmax, and
 * sums of values. Keys lie in strips of sixteen positions, as [dimension][position]; values as
 * [position][dimension]. Addresses are trusted.
 */
@SuppressWarnings("restricted")
public final class AttentionKernels {
  /** Positions of a strip, and dimensions of a value that are taken together at least. */
  public static final int LANES = 16;

  private static final MethodHandle SOFTMAX =
      Linker.nativeLinker()
          .downcallHandle(
              Kernels.place(List.of(new SoftmaxWriter().code()))[0],
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final Stored stored;
  private final int keyDim;
  private final int valueDim;
  private final FloatKernels pairs;
  private final FloatKernels single;
  private final FloatKernels wide;
  private final FloatKernels narrow;

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
  }

  private AttentionKernels(Stored stored, int keyDim, int valueDim) {
    boolean halves = stored == Stored.HALVES;
    boolean quants = stored == Stored.QUANTS;
    int step = stored.bytes(valueDim);
    FloatLoads keys = quants ? FloatLoads.quantizedKeys(keyDim) : FloatLoads.keys(halves, keyDim);
    FloatLoads values =
        quants
            ? FloatLoads.quantizedValues(step)
            : FloatLoads.values(halves, step, stored.bytes(LANES));
    this.stored = stored;
    this.keyDim = keyDim;
    this.valueDim = valueDim;
    this.pairs = FloatKernels.of(keys, Ending.SCALE, 2);
    this.single = FloatKernels.of(keys, Ending.SCALE, 1);
    this.wide = FloatKernels.of(values, Ending.MORE, 2);
    this.narrow = FloatKernels.of(values, Ending.MORE, 1);
  }

  /** Kernels for heads of a size; {@code valueDim} is a multiple of {@link #LANES}. */
  public static AttentionKernels of(Stored stored, int keyDim, int valueDim) {
    return new AttentionKernels(stored, keyDim, valueDim);
  }

  /**
   * Scores of {@code strips} strips that follow each other.
   *
   * @param keys address of the first
   * @param tile of queries, and of scores of the first strip's first position
   */
  public void scores(long keys, int strips, FloatKernels.Tile tile, float scale) {
    long bits = Float.floatToRawIntBits(scale);
    if (strips > 1) {
      pairs.run(keys, tile, strips / 2, bits);
    }
    if (strips % 2 == 1) {
      int before = strips - 1;
      long last = keys + (long) before * stored.bytes(LANES) * keyDim;
      single.run(last, tile.moved(0, 4L * LANES * before), 1, bits);
    }
  }

  /**
   * Replaces scores by {@code exp(score - max)}.
   *
   * @param scores address of {@code rows} rows of {@code runs} runs of sixteen
   * @param results address of a pair of floats for each row: what the maximum is at least, which
   *     becomes the maximum; and the sum, which is written
   */
  public static void softmax(long scores, long stride, int rows, int runs, long results) {
    try {
      SOFTMAX.invokeExact(scores, MathWriter.address(), results, (long) rows, stride, (long) runs);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }

  /**
   * Adds {@code count} values that follow each other, each times its weight.
   *
   * @param values address of the first
   * @param tile of weights, and of sums
   */
  public void values(long values, int count, FloatKernels.Tile tile) {
    int d = 0;
    for (; d + 2 * LANES <= valueDim; d += 2 * LANES) {
      wide.run(values + stored.bytes(d), tile.moved(0, 4L * d), count, 0);
    }
    if (d < valueDim) {
      narrow.run(values + stored.bytes(d), tile.moved(0, 4L * d), count, 0);
    }
  }
}
