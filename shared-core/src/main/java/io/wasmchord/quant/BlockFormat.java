package io.wasmchord.quant;

/** Decoding of one tensor type's blocks, bit-equal to ggml's {@code dequantize_row}. */
@FunctionalInterface
public interface BlockFormat {
  /**
   * Decodes the block at {@code src[srcOffset]} to {@link TensorType#blockElements()} floats at {@code dst[dstOffset]}. Instances keep
   * scratch: one thread each.
   */
  void decode(byte[] src, int srcOffset, float[] dst, int dstOffset);
}
