package io.wasmchord.web.gpu;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tensors: activations and short vectors in the arena, matrices in buffers of their own. */
final class Weights {
  private static final int MOST_IN_ARENA = 1 << 18; // values of a float32 matrix
  private static final int PIECE = 8 << 20;

  private final GpuDevice device;
  private final LinearAllocator memory;
  private final Recorder recorder;
  private final LinearAllocator activations;
  private final Map<Integer, Owned> owned = new HashMap<>(); // by buffer

  private final Map<GpuMemory, ByteView> kept = new LinkedHashMap<>(); // to be written again
  private boolean sealed;

  /**
   * A buffer that was made here.
   *
   * @param copy of its bytes, where rows are written that are no whole words; else empty
   */
  private record Owned(long bytes, LinearMemory copy) {}

  Weights(
      GpuDevice device, LinearAllocator memory, Recorder recorder, LinearAllocator activations) {
    this.device = device;
    this.memory = memory;
    this.recorder = recorder;
    this.activations = activations;
  }

  /** A tensor of zeros; of other types than float32 one whose rows are looked up. */
  GpuTensor allocate(TensorType type, int rows, int cols) {
    long bytes = Math.multiplyExact(rows, type.rowBytes(cols));
    if (type == TensorType.F32) {
      return new GpuTensor(type, rows, cols, Arena.of(activations.allocate(bytes)));
    }
    return new GpuTensor(
        type, rows, cols, buffer(bytes, memory.allocate(WeightRows.padded(bytes))));
  }

  private GpuMemory buffer(long bytes, LinearMemory copy) {
    long size = WeightRows.padded(bytes);
    int number = device.create(size);
    owned.put(number, new Owned(size, copy));
    return new GpuMemory(number, 0, bytes);
  }

  GpuTensor bind(TensorType type, int rows, int cols, ByteView data) {
    long bytes = Math.multiplyExact(rows, type.rowBytes(cols));
    if (data.size() != bytes) {
      throw new IllegalArgumentException(
          type + " [" + rows + ", " + cols + "] takes " + bytes + " bytes, not " + data.size());
    }
    boolean small = rows == 1 || (long) rows * cols <= MOST_IN_ARENA;
    if (type == TensorType.F32 && small) {
      GpuMemory place = Arena.of(activations.allocate(bytes));
      return bound(new GpuTensor(type, rows, cols, place), data);
    }
    if (data instanceof GpuMemory there) {
      return new GpuTensor(type, rows, cols, there);
    }
    GpuMemory place = buffer(bytes, memory.allocate(0));
    return bound(new GpuTensor(type, rows, cols, place), data);
  }

  private GpuTensor bound(GpuTensor tensor, ByteView data) {
    upload(tensor.data(), data);
    kept.put(tensor.data(), data);
    return tensor.with(data);
  }

  /** Keeps what was written so far; whether what is written later is kept, too. */
  void keep(boolean later) {
    sealed = !later;
  }

  /** Writes all that was bound here, and constants, once more. */
  void recover() {
    kept.forEach(this::upload);
  }

  /** A copy of matrices of one shape, one behind the other. */
  GpuTensor stacked(List<GpuTensor> matrices) {
    GpuTensor first = matrices.getFirst();
    long each = first.data().size();
    int count = matrices.size();
    GpuMemory place = buffer(each * count, memory.allocate(0));
    if (each % 4 == 0) {
      for (int i = 0; i < count; i++) {
        GpuMemory from = matrices.get(i).data();
        device.copy(recorder.number(from), from.offset(), place.buffer(), i * each, each);
      }
    } else {
      LinearMemory all = memory.allocate(each * count);
      for (int i = 0; i < count; i++) {
        all.putAll(i * each, Objects.requireNonNull(matrices.get(i).source()));
      }
      upload(place, all);
      memory.release(all);
    }
    return new GpuTensor(first.type(), first.rows() * count, first.cols(), place);
  }

  private void upload(GpuMemory place, ByteView data) {
    if (data instanceof GpuMemory there) {
      device.copy(
          there.buffer(), there.offset(), recorder.number(place), place.offset(), place.size());
      return;
    }
    LinearMemory piece = memory.allocate(Math.min(PIECE, WeightRows.padded(data.size())));
    for (long done = 0; done < data.size(); done += PIECE) {
      long count = Math.min(PIECE, data.size() - done);
      piece.putAll(0, data.slice(done, count));
      device.write(
          recorder.number(place), place.offset() + done, piece.slice(0, WeightRows.padded(count)));
    }
    memory.release(piece);
  }

  void write(GpuTensor dst, long offset, ByteView src) {
    Owned buffer = owned.get(dst.data().buffer());
    GpuMemory part = dst.data().slice(offset, src.size());
    if (!sealed) {
      HeapMemory copy = HeapMemory.ofSize((int) src.size());
      copy.putAll(0, src);
      kept.put(part, copy);
    }
    if (dst.inArena() || buffer == null) {
      upload(part, src);
      return;
    }
    buffer.copy.putAll(part.offset(), src);
    long from = part.offset() / 4 * 4;
    long to = WeightRows.padded(part.offset() + part.size());
    device.write(part.buffer(), from, buffer.copy.slice(from, to - from));
  }

  /** Gives back what was made for a tensor. */
  void release(GpuTensor tensor) {
    kept.keySet().removeIf(place -> place.meets(tensor.data()));
    int buffer = tensor.data().buffer();
    if (buffer == GpuMemory.ARENA) {
      activations.release(tensor.data());
      return;
    }
    Owned own = owned.remove(buffer);
    if (own != null) {
      device.destroy(buffer);
      memory.release(own.copy);
    }
  }

  /** Bytes of all buffers. */
  long bytes() {
    return owned.values().stream().mapToLong(Owned::bytes).sum();
  }

  void close() {
    owned.forEach((buffer, own) -> {
      device.destroy(buffer);
      memory.release(own.copy);
    });
    owned.clear();
  }
}
