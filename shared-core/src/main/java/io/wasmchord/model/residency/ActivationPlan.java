package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.tensors.Shape;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model allocates beside weights and cache, known before anything is: the very code that
 * allocates it is run, and counted.
 *
 * @param sizes bytes of each tensor
 */
public record ActivationPlan(List<Long> sizes) {
  public ActivationPlan {
    sizes = List.copyOf(sizes);
  }

  /** Counts in place of allocating. */
  private static final class Counter implements ActivationBuffers.Source {
    private final List<Long> sizes = new ArrayList<>();

    @Override
    public Tensor activation(int rows, int cols) {
      sizes.add(4L * rows * cols);
      return new Shape(TensorType.F32, rows, cols);
    }
  }

  /**
   * Of the backend that has the embedding and the logits.
   *
   * @param batch tokens that are fed together
   */
  public static ActivationPlan first(ModelConfig config, int batch) {
    Counter counter = new Counter();
    ActivationBuffers.of(config, batch, counter);
    ActivationBuffers.logits(config, batch, counter);
    ActivationBuffers.best(config, counter);
    ActivationBuffers.wide(config, counter);
    ActivationBuffers.outputs(config, counter);
    return new ActivationPlan(counter.sizes);
  }

  /** Of a backend that has further layers alone. */
  public static ActivationPlan further(ModelConfig config, int batch) {
    Counter counter = new Counter();
    ActivationBuffers.of(config, batch, counter);
    return new ActivationPlan(counter.sizes);
  }

  /**
   * Of the one backend of a model whose layers pass through slots, with room for the rows that are
   * looked up in the file.
   */
  public static ActivationPlan streamed(Residency model, int batch) {
    List<Long> sizes = new ArrayList<>(first(model.config(), batch).sizes);
    for (TensorInfo lookedUp : model.allLookedUp()) {
      sizes.add(batch * lookedUp.type().rowBytes(lookedUp.cols()));
    }
    return new ActivationPlan(sizes);
  }

  /** Bytes in all, where each tensor takes a multiple of {@code alignment}. */
  public long bytes(int alignment) {
    return sizes.stream().mapToLong(n -> (n + alignment - 1) / alignment * alignment).sum();
  }
}
