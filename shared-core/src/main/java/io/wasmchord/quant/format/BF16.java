package io.wasmchord.quant.format;

/** The upper half of a float32. */
public final class BF16 extends FloatFormat {
  public BF16() {
    super("BF16", 30, Field.bf16("value", 0));
  }

  @Override
  float decode(byte[] src, int at) {
    return Float.intBitsToFloat(Bytes.u16(src, at) << 16);
  }

  /** The nearest, ties to even, as ggml rounds; NaN stays NaN. */
  @Override
  void encode(float value, byte[] dst, int to) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
      Bytes.putU16(dst, to, (bits >>> 16) | 64);
    } else {
      Bytes.putU16(dst, to, (bits + (0x7FFF + ((bits >>> 16) & 1))) >>> 16);
    }
  }
}
