package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q5_1;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Products of a group of rows of weights of one format with rows of activations, in machine code.
 * It trusts its addresses: whoever calls has checked the shapes.
 */
@SuppressWarnings("restricted")
public final class ProductKernels {
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

  private final MemorySegment[] kernels; // for 1, 2, 4 and perhaps 8 rows of activations
  private final int most;

  private ProductKernels(MemorySegment[] kernels) {
    this.kernels = kernels;
    this.most = 1 << (kernels.length - 1);
  }

  /**
   * A format's kernels, or null where it has none.
   *
   * @param variant that the processor can run
   * @throws IllegalStateException where no code can be executed
   */
  public static @Nullable ProductKernels of(IntegerFormat format, Variant variant) {
    List<MemorySegment> kernels = new ArrayList<>();
    for (int tokens = 1; tokens <= most(format, variant); tokens *= 2) {
      ProductWriter writer = writer(format, tokens, variant);
      if (writer == null) {
        return null;
      }
      try {
        kernels.add(MemorySegment.ofAddress(CodePage.of(writer.code()).address()));
      } catch (CodePage.UnavailableException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    return new ProductKernels(kernels.toArray(MemorySegment[]::new));
  }

  private static int most(IntegerFormat format, Variant variant) {
    if (variant.rows() == YmmWriter.ROWS) {
      return YmmWriter.MOST_TOKENS;
    }
    boolean blocks32 = format.partner().blockValues() == 32;
    return blocks32 ? Block32Writer.MOST_TOKENS : SuperblockWriter.MOST_TOKENS;
  }

  static @Nullable ProductWriter writer(IntegerFormat format, int tokens, Variant variant) {
    BlockQuants quants = quants(format);
    PartQuants parts = PartQuants.of(format);
    Optional<byte[]> grid = GridTable.of(format).map(BlockQuants::table);
    if (variant == Variant.AVX512_VNNI) {
      if (parts != null) {
        return new PartsWriter(tokens, parts);
      }
      if (grid.isPresent()) {
        return new GridWriter(tokens, grid.get(), format.group() == 32);
      }
      return switch (format) {
        case Q2_K f -> new LowBitsWriter(tokens, f.bytes(), false);
        case Q3_K f -> new LowBitsWriter(tokens, f.bytes(), true);
        case Q4_K f -> new SixBitScalesWriter(tokens, f.bytes(), false);
        case Q5_K f -> new SixBitScalesWriter(tokens, f.bytes(), true);
        case IQ4_XS f -> new Iq4XsWriter(tokens, f.bytes());
        case Q6_K f -> new Q6KWriter(tokens, f.bytes());
        case IQ1_S _ -> new TernaryWriter(tokens, TernaryWriter.Kind.THIRTY_TWOS);
        case IQ1_M _ -> new TernaryWriter(tokens, TernaryWriter.Kind.SIXTEENS);
        case TQ1_0 _ -> new TernaryWriter(tokens, TernaryWriter.Kind.UNSCALED);
        case TQ2_0 _ -> new TernaryWriter(tokens, TernaryWriter.Kind.UNSCALED);
        default -> quants == null ? null : new Block32Writer(tokens, quants);
      };
    }
    boolean vnni = variant == Variant.AVX_VNNI;
    if (parts != null) {
      return new YmmPartsWriter(tokens, vnni, parts);
    }
    if (grid.isPresent()) {
      return new YmmGridWriter(tokens, vnni, grid.get(), format.group() == 32);
    }
    return switch (format) {
      case Q2_K f -> new YmmLowBitsWriter(tokens, vnni, f.bytes(), false);
      case Q3_K f -> new YmmLowBitsWriter(tokens, vnni, f.bytes(), true);
      case Q4_K f -> new YmmSixBitScalesWriter(tokens, vnni, f.bytes(), false);
      case Q5_K f -> new YmmSixBitScalesWriter(tokens, vnni, f.bytes(), true);
      case IQ4_XS f -> new YmmIq4XsWriter(tokens, vnni, f.bytes());
      case Q6_K f -> new YmmQ6KWriter(tokens, vnni, f.bytes());
      case IQ1_S _ -> new YmmTernaryWriter(tokens, vnni, TernaryWriter.Kind.THIRTY_TWOS);
      case IQ1_M _ -> new YmmTernaryWriter(tokens, vnni, TernaryWriter.Kind.SIXTEENS);
      case TQ1_0 _ -> new YmmTernaryWriter(tokens, vnni, TernaryWriter.Kind.UNSCALED);
      case TQ2_0 _ -> new YmmTernaryWriter(tokens, vnni, TernaryWriter.Kind.UNSCALED);
      default -> quants == null ? null : new YmmBlock32Writer(tokens, vnni, quants);
    };
  }

  /** Of a format with blocks of 32 values; null where it has no kernels. */
  private static @Nullable BlockQuants quants(IntegerFormat format) {
    return switch (format) {
      case Q8_0 f -> BlockQuants.ofBytes();
      case Q4_0 f -> BlockQuants.ofNibbles(f.quants().bias());
      case Q4_1 f -> BlockQuants.lifted();
      case Q5_0 f -> BlockQuants.ofNibbles(f.quants().bias()).withFifths();
      case Q5_1 f -> BlockQuants.lifted().withFifths();
      case IQ4_NL f -> BlockQuants.of(IQ4_NL.TABLE, BlockQuants.Scales.HALF);
      case MXFP4 f -> BlockQuants.of(MXFP4.TABLE, BlockQuants.Scales.EXPONENT);
      default -> null;
    };
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
   * @param out address of [tile][rows of the group] floats, which are written
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
