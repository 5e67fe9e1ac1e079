package io.wasmchord.quant.format;

/**
 * Quantization of one format's blocks, byte-equal to ggml's reference quantizers without an
 * importance matrix.
 */
@FunctionalInterface
public interface BlockEncoder {
  /**
   * Encodes {@link BlockFormat#values()} floats at {@code src[srcOffset]} into the block at {@code
   * dst[dstOffset]}.
   */
  void encode(float[] src, int srcOffset, byte[] dst, int dstOffset);
}
