package io.wasmchord.quant;

/** Quantization of one tensor type's blocks, byte-equal to ggml's reference quantizers without an importance matrix. */
@FunctionalInterface
public interface BlockEncoder {
  /** Encodes {@link TensorType#blockElements()} floats at {@code src[srcOffset]} into the block at {@code dst[dstOffset]}. */
  void encode(float[] src, int srcOffset, byte[] dst, int dstOffset);
}
