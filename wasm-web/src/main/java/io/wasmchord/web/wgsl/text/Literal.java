package io.wasmchord.web.wgsl.text;

/** Numbers in WGSL. */
public final class Literal {
  private Literal() {}

  /** A float32 by its bits, so that no compiler has to round a decimal number. */
  public static String of(float x) {
    return "bitcast<f32>(0x" + Integer.toHexString(Float.floatToRawIntBits(x)) + "u)";
  }
}
