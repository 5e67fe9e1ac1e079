package io.wasmchord.quant.format;

/** IEEE 754 binary32. */
public final class F32 extends FloatFormat {
  public F32() {
    super("F32", 0, Field.f32("value", 0));
  }

  @Override
  float decode(byte[] src, int at) {
    return Bytes.f32(src, at);
  }

  @Override
  void encode(float value, byte[] dst, int to) {
    Bytes.putF32(dst, to, value);
  }
}
