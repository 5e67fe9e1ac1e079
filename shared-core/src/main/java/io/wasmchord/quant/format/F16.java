package io.wasmchord.quant.format;

/** IEEE 754 binary16. */
public final class F16 extends FloatFormat {
  public F16() {
    super("F16", 1, Field.f16("value", 0));
  }

  @Override
  float decode(byte[] src, int at) {
    return Bytes.f16(src, at);
  }

  @Override
  void encode(float value, byte[] dst, int to) {
    Bytes.putF16(dst, to, value);
  }
}
