package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatTileWriter.Ending;
import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.FloatFormat;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Tiles of sums of floats in machine code, of up to {@link #mostRows} rows. They trust their
 * addresses: whoever calls has checked the shapes.
 */
@SuppressWarnings("restricted")
public final class FloatKernels {
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final MemorySegment[] kernels; // for 1, 2, ... rows of x

  private FloatKernels(MemorySegment[] kernels) {
    this.kernels = kernels;
  }

  /**
   * Kernels for a group of rows of weights of a format, interleaved. {@code extra} is the address
   * of as many floats that are added to every row of results.
   */
  public static FloatKernels ofWeights(FloatFormat format, Variant variant) {
    return of(
        variant,
        FloatLoads.rows(
            switch (format) {
              case F32 _ -> FloatLoads.Widening.NONE;
              case F16 _ -> FloatLoads.Widening.HALF;
              case BF16 _ -> FloatLoads.Widening.UPPER_HALF;
            }),
        Ending.BIAS,
        2);
  }

  static FloatKernels of(Variant variant, FloatLoads loads, Ending ending, int registers) {
    List<byte[]> codes = new ArrayList<>();
    for (int rows = 1; rows <= TileRegisters.of(variant).rows(); rows++) {
      codes.add(new FloatTileWriter(variant, loads, ending, rows, registers).code());
    }
    return new FloatKernels(Kernels.place(codes));
  }

  /** Rows of x that a call takes at most. */
  public int mostRows() {
    return kernels.length;
  }

  /** Rows that a call takes, of {@code rows} that are left: parts that are nearly equal. */
  public int tile(int rows) {
    int parts = (rows + kernels.length - 1) / kernels.length;
    return (rows + parts - 1) / parts;
  }

  /**
   * A tile's place in memory.
   *
   * @param x address of the first of its rows
   * @param xStride bytes to the next
   * @param out address of the first row of results, which are written
   * @param outStride bytes to the next
   * @param rows of both
   */
  public record Tile(long x, long xStride, long out, long outStride, int rows) {
    /** One of its rows. */
    public Tile row(int row) {
      return new Tile(x + row * xStride, xStride, out + row * outStride, outStride, 1);
    }

    /** The same shape so many bytes further on. */
    public Tile moved(long xBytes, long outBytes) {
      return new Tile(x + xBytes, xStride, out + outBytes, outStride, rows);
    }
  }

  /**
   * Computes.
   *
   * @param weights address of the first term's values
   * @param count terms, or blocks of terms
   * @param extra what the kernels add, or multiply with
   */
  public void run(long weights, Tile tile, int count, long extra) {
    try {
      CALL.invokeExact(
          kernels[tile.rows - 1],
          weights,
          tile.x,
          tile.out,
          (long) count,
          tile.xStride,
          tile.outStride,
          extra);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }
}
