package io.wasmchord.quant;

import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.quant.format.BlockEncoder;

/** Whole arrays of blocks, decoded and encoded. */
public final class Recoding {
  private Recoding() {}

  /** The values of all blocks. */
  public static float[] decode(TensorType type, byte[] bytes) {
    BlockDecoder format = type.format().decoder().orElseThrow();
    int n = type.blockElements();
    float[] values = new float[bytes.length / type.blockBytes() * n];
    for (int b = 0; b * n < values.length; b++) {
      format.decode(bytes, b * type.blockBytes(), values, b * n);
    }
    return values;
  }

  /** Values in blocks; their number must be a multiple of the block's. */
  public static byte[] encode(TensorType type, float[] values) {
    BlockEncoder encoder = type.format().encoder().orElseThrow();
    int n = type.blockElements();
    byte[] bytes = new byte[values.length / n * type.blockBytes()];
    for (int b = 0; b * n < values.length; b++) {
      encoder.encode(values, b * n, bytes, b * type.blockBytes());
    }
    return bytes;
  }
}
