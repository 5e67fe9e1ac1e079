package io.wasmchord.quant;

/** The quantizers. */
public final class BlockEncoders {
  private BlockEncoders() {}

  /** Whether {@link #of} has a quantizer for {@code type}. */
  public static boolean canEncode(TensorType type) {
    return switch (type) {
      case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K -> true;
      default -> false;
    };
  }

  /**
   * The quantizer of {@code type}.
   *
   * @throws IllegalArgumentException when there is none; ask {@link #canEncode} first
   */
  public static BlockEncoder of(TensorType type) {
    return switch (type) {
      case F32 -> (src, at, dst, to) -> Bytes.putF32(dst, to, src[at]);
      case F16 -> (src, at, dst, to) -> Bytes.putF16(dst, to, src[at]);
      case BF16 -> (src, at, dst, to) -> Bytes.putU16(dst, to, BFloat16.fromFloat(src[at]));
      case Q4_0 -> Encode32::q4_0;
      case Q4_1 -> Encode32::q4_1;
      case Q5_0 -> Encode32::q5_0;
      case Q5_1 -> Encode32::q5_1;
      case Q8_0 -> Encode32::q8_0;
      case Q8_1 -> Encode32::q8_1;
      case Q2_K -> Encode256::q2K;
      case Q3_K -> Encode256::q3K;
      case Q4_K -> Encode256::q4K;
      case Q5_K -> Encode256::q5K;
      case Q6_K -> Encode256::q6K;
      case Q8_K -> Encode256::q8K;
      default -> throw new IllegalArgumentException("there is no quantizer of " + type);
    };
  }
}
