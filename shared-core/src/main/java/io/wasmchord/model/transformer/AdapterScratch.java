package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What the products of adapters give in one section, by how wide it is. */
final class AdapterScratch {
  private final ComputeBackend backend;
  private final Map<Integer, Tensor> low = new HashMap<>();
  private final Map<Integer, Tensor> wide = new HashMap<>();

  AdapterScratch(ComputeBackend backend) {
    this.backend = backend;
  }

  /** Has as much as there is to be, and nothing that is not needed any more. */
  void resize(AdapterTargets.Widths widths) {
    resize(low, widths.low());
    resize(wide, widths.wide());
  }

  private void resize(Map<Integer, Tensor> tensors, Map<Integer, Integer> rows) {
    tensors
        .entrySet()
        .removeIf(e -> {
          boolean gone = e.getValue().rows() != rows.getOrDefault(e.getKey(), 0);
          if (gone) {
            backend.free(e.getValue());
          }
          return gone;
        });
    rows.forEach((cols, count) ->
        tensors.computeIfAbsent(cols, c -> backend.allocate(TensorType.F32, count, c)));
  }

  /** What A's product gives. */
  Tensor low(int rank, int rows) {
    return Objects.requireNonNull(low.get(rank)).rows(0, rows);
  }

  /** What B's product gives. */
  Tensor wide(int cols, int rows) {
    return Objects.requireNonNull(wide.get(cols)).rows(0, rows);
  }
}
