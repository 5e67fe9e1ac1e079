package io.wasmchord.quant;

import org.jspecify.annotations.Nullable;

/** Turns a quantized block's bytes into the integers that decoding and dot products share. */
@FunctionalInterface
public interface BlockUnpacker {
  /** Unpacks the block at {@code src[at]}. */
  void unpack(byte[] src, int at, UnpackedBlock out);

  /** The unpacker of a quantized type, or null where the type is not computed with integers. */
  static @Nullable BlockUnpacker of(TensorType type) {
    return switch (type) {
      case Q4_0 -> Unpack32::q4_0;
      case Q4_1 -> Unpack32::q4_1;
      case Q5_0 -> Unpack32::q5_0;
      case Q5_1 -> Unpack32::q5_1;
      case Q8_0 -> Unpack32::q8_0;
      case IQ4_NL -> Unpack32::iq4Nl;
      case Q2_K -> Unpack256::q2K;
      case Q3_K -> Unpack256::q3K;
      case Q4_K -> Unpack256::q4K;
      case Q5_K -> Unpack256::q5K;
      case Q6_K -> Unpack256::q6K;
      case IQ4_XS -> Unpack256::iq4Xs;
      default -> null;
    };
  }

  static float half(byte[] src, int at) {
    return Float16.toFloat(Bytes.u16(src, at));
  }
}
