package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.ValueTable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Products of a group of 32 rows of weights of one format with rows of activations, in machine
 * code. It trusts its addresses: whoever calls has checked the shapes.
 */
@SuppressWarnings("restricted")
public final class ProductKernels {
  /** Rows of weights in a group. */
  public static final int ROWS = KernelWriter.ROWS;

  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private static final int BIAS_8 = 3; // bits
  private static final int BIAS_128 = 7;

  private final MemorySegment[] kernels; // for 1, 2, 4 and perhaps 8 rows of activations
  private final int most;

  private ProductKernels(MemorySegment[] kernels) {
    this.kernels = kernels;
    this.most = 1 << (kernels.length - 1);
  }

  /** Why there are no kernels here, or null where there are. */
  public static @Nullable String absence() {
    if (!CodePage.supported()) {
      return "machine code is written for Linux on x86-64 alone";
    }
    try {
      return Processor.hasVnni512() ? null : "the processor has no AVX-512 with VNNI";
    } catch (CodePage.UnavailableException e) {
      return e.getMessage();
    }
  }

  /**
   * A format's kernels, or null where it has none.
   *
   * @throws IllegalStateException where there are none at all; see {@link #absence}
   */
  public static @Nullable ProductKernels of(IntegerFormat format) {
    boolean blocks32 = format.partner().blockValues() == 32;
    int most = blocks32 ? Block32Writer.MOST_TOKENS : SuperblockWriter.MOST_TOKENS;
    MemorySegment[] kernels = new MemorySegment[Integer.numberOfTrailingZeros(most) + 1];
    for (int i = 0; i < kernels.length; i++) {
      KernelWriter writer = writer(format, 1 << i);
      if (writer == null) {
        return null;
      }
      try {
        kernels[i] = MemorySegment.ofAddress(CodePage.of(writer.code()).address());
      } catch (CodePage.UnavailableException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    return new ProductKernels(kernels);
  }

  private static @Nullable KernelWriter writer(IntegerFormat format, int tokens) {
    return switch (format) {
      case Q4_K f -> new SixBitScalesWriter(tokens, f.bytes(), false);
      case Q5_K f -> new SixBitScalesWriter(tokens, f.bytes(), true);
      case Q6_K f -> new Q6KWriter(tokens, f.bytes());
      case Q8_0 f -> new Block32Writer(tokens, false, BIAS_128, null);
      case Q4_0 f -> new Block32Writer(tokens, true, BIAS_8, null);
      case IQ4_NL f -> new Block32Writer(tokens, true, BIAS_128, above(IQ4_NL.TABLE));
      default -> null;
    };
  }

  /** A table's values and 128. */
  private static byte[] above(ValueTable table) {
    byte[] values = new byte[16];
    for (int i = 0; i < 16; i++) {
      values[i] = (byte) (table.value(i) + 128);
    }
    return values;
  }

  /** Rows of activations that one call takes, of {@code tokens} that are left. */
  public int tile(int tokens) {
    return Math.min(most, Integer.highestOneBit(tokens));
  }

  /**
   * Computes.
   *
   * @param weights address of the group's interleaved blocks
   * @param row the first row of {@code x}
   * @param tile of rows; see {@link #tile}
   * @param blocks of {@code x} in a row
   * @param out address of [tile][{@link #ROWS}] floats, which are written
   */
  public void run(long weights, ActivationRecords x, int row, int tile, int blocks, long out) {
    try {
      CALL.invokeExact(
          kernels[Integer.numberOfTrailingZeros(tile)],
          weights,
          x.address(row),
          out,
          (long) blocks,
          x.stride());
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }
}
