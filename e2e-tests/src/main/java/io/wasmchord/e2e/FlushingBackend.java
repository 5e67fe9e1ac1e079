package io.wasmchord.e2e;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.WrappedBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.quant.TensorType;

/** Zeros in place of subnormal float32 in all that goes in, for adapters that know none. */
public final class FlushingBackend extends WrappedBackend {
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int LEAST_NORMAL = 0x00800000;

  public FlushingBackend(ComputeBackend inner) {
    super(inner);
  }

  /** The same values with zeros of the same signs for subnormals. */
  public static float[] flushed(float[] values) {
    float[] all = values.clone();
    for (int i = 0; i < all.length; i++) {
      int bits = Float.floatToRawIntBits(all[i]);
      if ((bits & MAGNITUDE) < LEAST_NORMAL) {
        all[i] = Float.intBitsToFloat(bits & ~MAGNITUDE);
      }
    }
    return all;
  }

  private static float[] floats(ByteView bytes) {
    float[] values = new float[(int) (bytes.size() / 4)];
    bytes.getFloats(0, values, 0, values.length);
    return flushed(values);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    if (dst.type() != TensorType.F32) {
      super.write(dst, offset, src);
      return;
    }
    float[] values = floats(src);
    HeapMemory copy = HeapMemory.ofSize(4 * values.length);
    copy.putFloats(0, values, 0, values.length);
    super.write(dst, offset, copy);
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    if (type == TensorType.F32 && data instanceof Memory memory) {
      float[] values = floats(data);
      memory.putFloats(0, values, 0, values.length);
    }
    return super.bind(type, rows, cols, data);
  }
}
