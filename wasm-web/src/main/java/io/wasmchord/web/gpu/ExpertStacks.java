package io.wasmchord.web.gpu;

import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.UnsupportedModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Experts' matrices as kernels take them: one behind the other. Where the file has them so, nothing
 * is done; elsewhere they are copied when they are first used.
 */
final class ExpertStacks {
  private final Recorder recorder;
  private final Weights weights;
  private final Map<GpuTensor, GpuTensor> copies = new HashMap<>(); // by the first

  ExpertStacks(Recorder recorder, Weights weights) {
    this.recorder = recorder;
    this.weights = weights;
  }

  /**
   * What is bound.
   *
   * @param first row of the first matrix, from the window's beginning on
   */
  record Stack(DispatchList.Window window, int first) {}

  Stack of(List<Tensor> matrices) {
    GpuTensor first = GpuTensor.of(matrices.getFirst());
    GpuTensor all = inOrder(matrices) ? joined(first, matrices.size()) : copy(first, matrices);
    WeightRows rows = WeightRows.with(all, 0, recorder.device().windowLimit());
    if (rows.count() < all.rows()) {
      throw new UnsupportedModelException(
          "the experts of a layer take "
              + all.data().size()
              + " bytes, more than this GPU binds at once; load the model with backend: 'simd'");
    }
    return new Stack(rows.window(), rows.first());
  }

  private static GpuTensor joined(GpuTensor first, int count) {
    GpuMemory data = first.data();
    return new GpuTensor(
        first.type(),
        first.rows() * count,
        first.cols(),
        new GpuMemory(data.buffer(), data.offset(), data.size() * count));
  }

  private static boolean inOrder(List<Tensor> matrices) {
    GpuMemory first = GpuTensor.of(matrices.getFirst()).data();
    for (int i = 0; i < matrices.size(); i++) {
      GpuTensor matrix = GpuTensor.of(matrices.get(i));
      boolean next =
          matrix.data().buffer() == first.buffer()
              && matrix.data().offset() == first.offset() + i * first.size();
      if (!next || matrix.inArena()) {
        return false;
      }
    }
    return true;
  }

  private GpuTensor copy(GpuTensor first, List<Tensor> matrices) {
    GpuTensor known = copies.get(first);
    if (known == null) {
      known = weights.stacked(matrices.stream().map(GpuTensor::of).toList());
      copies.put(first, known);
    }
    return known;
  }

  /** Gives back all copies; they are made again when they are used. */
  void clear() {
    copies.values().forEach(weights::release);
    copies.clear();
  }

  /** Gives back what was copied of a matrix that is gone. */
  void released(GpuTensor matrix) {
    GpuTensor copy = copies.remove(matrix);
    if (copy != null) {
      weights.release(copy);
    }
  }
}
