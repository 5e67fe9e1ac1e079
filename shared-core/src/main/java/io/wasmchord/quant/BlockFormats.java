package io.wasmchord.quant;

/** The decoders. */
public final class BlockFormats {
  private BlockFormats() {}

  /** Whether {@link #of} has a decoder for {@code type}. */
  public static boolean canDecode(TensorType type) {
    return switch (type) {
      case F32, F16, BF16, Q8_1, Q8_K -> true;
      default -> BlockUnpacker.of(type) != null;
    };
  }

  /**
   * A new decoder of {@code type}.
   *
   * @throws IllegalArgumentException when there is none; ask {@link #canDecode} first
   */
  public static BlockFormat of(TensorType type) {
    return switch (type) {
      case F32 -> (src, at, dst, to) -> dst[to] = Bytes.f32(src, at);
      case F16 -> (src, at, dst, to) -> dst[to] = Float16.toFloat(Bytes.u16(src, at));
      case BF16 -> (src, at, dst, to) -> dst[to] = BFloat16.toFloat(Bytes.u16(src, at));
      case Q8_1 -> (src, at, dst, to) -> scaled(src, at + 4, Float16.toFloat(Bytes.u16(src, at)), dst, to, 32);
      case Q8_K -> (src, at, dst, to) -> scaled(src, at + 4, Bytes.f32(src, at), dst, to, 256);
      default -> quantized(type);
    };
  }

  private static void scaled(byte[] q, int from, float d, float[] dst, int to, int n) {
    for (int i = 0; i < n; i++) {
      dst[to + i] = d * q[from + i];
    }
  }

  private static BlockFormat quantized(TensorType type) {
    BlockUnpacker unpacker = BlockUnpacker.of(type);
    if (unpacker == null) {
      throw new IllegalArgumentException("there is no decoder of " + type);
    }
    UnpackedBlock block = new UnpackedBlock();
    return (src, at, dst, to) -> {
      unpacker.unpack(src, at, block);
      switch (type) {
        case Q4_1, Q5_1 -> {
          for (int i = 0; i < 32; i++) {
            dst[to + i] = block.q()[i] * block.d + block.dMin;
          }
        }
        case Q2_K, Q4_K, Q5_K -> grouped(block, true, dst, to);
        case Q3_K, Q6_K, IQ4_XS -> grouped(block, false, dst, to);
        default -> scaled(block.q(), 0, block.d, dst, to, 32);
      }
    };
  }

  private static void grouped(UnpackedBlock block, boolean mins, float[] dst, int to) {
    for (int i = 0; i < 256; i++) {
      int g = i / block.group;
      float value = (block.d * block.scale()[g]) * block.q()[i];
      dst[to + i] = mins ? value - block.dMin * block.min()[g] : value;
    }
  }
}
