package io.wasmchord.quant.format;

/** Decoding of one format's blocks, bit-equal to ggml's {@code dequantize_row}. */
@FunctionalInterface
public interface BlockDecoder {
  /**
   * Decodes the block at {@code src[srcOffset]} to {@link BlockFormat#values()} floats at {@code
   * dst[dstOffset]}. Instances keep scratch: one thread each.
   */
  void decode(byte[] src, int srcOffset, float[] dst, int dstOffset);
}
