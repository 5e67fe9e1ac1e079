package io.wasmchord.backend.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.QuantVectors;
import io.wasmchord.quant.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Matrix products against ggml's dot products, within the bounds that stand beside the reference
 * vectors.
 */
class ReferenceDotTest {
  static List<QuantVectors> weights() {
    return QuantVectors.all().stream().filter(v -> v.partner() != null).toList();
  }

  @Test
  void everyFormatIsCompared() {
    Set<TensorType> multiplied = EnumSet.copyOf(ConformanceSuite.WEIGHT_TYPES);
    multiplied.remove(TensorType.F32);
    assertEquals(
        multiplied, weights().stream().map(QuantVectors::type).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("weights")
  void agreesWithGgml(QuantVectors vectors) {
    int rows = vectors.rows();
    int cols = vectors.cols();
    TensorType type = vectors.type();
    float[] activation = vectors.activation();
    float[] decoded = vectors.decoded();
    float[] actual = new float[rows];
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
        HeapAllocator weights = new HeapAllocator()) {
      Rig rig = new Rig(backend, weights);
      Tensor out = rig.activation(1, rows, new float[rows]);
      Tensor x = rig.activation(1, cols, activation);
      backend
          .submit(
              backend
                  .record()
                  .matmul(x, rig.weight(type, rows, cols, vectors.quantized()), out)
                  .readBack(out, actual, 0))
          .await();
    }
    boolean floats = type == TensorType.F16 || type == TensorType.BF16;
    double[] expected = floats ? vectors.exactProducts() : vectors.products();
    for (int r = 0; r < rows; r++) {
      double magnitude = 0;
      for (int i = 0; i < cols; i++) {
        magnitude += Math.abs((double) decoded[r * cols + i] * activation[i]);
      }
      assertEquals(expected[r], actual[r], 2e-6 * magnitude + 1e-44, type + " row " + r);
    }
  }
}
