package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.FloatFormat;
import jdk.incubator.vector.IntVector;

/** Widens interleaved columns of a group of rows to float32, one format each. */
abstract sealed class FloatFormatCode permits F32Code, F16Code, Bf16Code {
  /** A format's code. */
  static FloatFormatCode of(FloatFormat format) {
    return switch (format) {
      case F32 _ -> new F32Code();
      case F16 _ -> new F16Code();
      case BF16 _ -> new Bf16Code();
    };
  }

  /** Fills the panel's values with the {@code columns} columns at {@code address}. */
  abstract void unpack(long address, int columns, KernelScratch s);

  /** Stores a vector of bits of float32. */
  static void store(IntVector bits, float[] values, int at) {
    bits.reinterpretAsFloats().intoArray(values, at);
  }
}
