package io.wasmchord.conformance;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.quant.TensorType;
import java.util.Arrays;

/**
 * A backend under test and what cases need to feed it. Weights are laid into the backend's own kind
 * of memory.
 */
public record Rig(ComputeBackend backend, MemoryAllocator weights) {
  /**
   * What rows beside a result are filled with; a kernel that writes outside its rows changes it.
   */
  public static final float SENTINEL = -12345.678f;

  /** An activation with these values. */
  public Tensor activation(int rows, int cols, float[] values) {
    Tensor tensor = backend.allocate(TensorType.F32, rows, cols);
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
    return tensor;
  }

  /** A weight with these bytes. */
  public Tensor weight(TensorType type, int rows, int cols, byte[] bytes) {
    Memory memory = weights.allocate(bytes.length);
    memory.putBytes(0, bytes, 0, bytes.length);
    return backend.bind(type, rows, cols, memory);
  }

  /** An F32 weight with these values in one row. */
  public Tensor vector(float[] values) {
    Memory memory = weights.allocate(4L * values.length);
    memory.putFloats(0, values, 0, values.length);
    return backend.bind(TensorType.F32, 1, values.length, memory);
  }

  /** A result with a row of sentinels before and after it. */
  public Guarded guarded(int rows, int cols) {
    float[] fill = new float[(rows + 2) * cols];
    Arrays.fill(fill, SENTINEL);
    return new Guarded(this, activation(rows + 2, cols, fill), rows);
  }

  /** A tensor between two rows of sentinels. */
  public record Guarded(Rig rig, Tensor whole, int count) {
    public Tensor inner() {
      return whole.rows(1, count);
    }

    /** Submits {@code commands} and reads everything back, sentinels included. */
    public float[] after(Commands commands) {
      float[] all = new float[whole.rows() * whole.cols()];
      commands.readBack(whole, all, 0);
      rig.backend.submit(commands).await();
      return all;
    }

    /** Fills the inner rows before a command that works in place. */
    public Guarded with(float[] values) {
      HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
      bytes.putFloats(0, values, 0, values.length);
      rig.backend.write(inner(), 0, bytes);
      return this;
    }
  }
}
