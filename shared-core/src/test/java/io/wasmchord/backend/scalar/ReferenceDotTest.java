package io.wasmchord.backend.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.ReferenceData;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products against ggml's dot products, within the bounds that stand beside the reference vectors. */
class ReferenceDotTest {
  private static final int ROWS = 8;
  private static final int COLS = 1024;

  static Iterable<TensorType> types() {
    return ConformanceSuite.WEIGHT_TYPES.stream().filter(t -> t != TensorType.F32).toList();
  }

  @ParameterizedTest
  @MethodSource("types")
  void agreesWithGgml(TensorType type) {
    String name = "quant/" + type.name().toLowerCase(Locale.ROOT);
    byte[] weight = ReferenceData.bytes(ReferenceData.vectors(name + ".q.bin"));
    float[] activation = ReferenceData.floats(ReferenceData.vectors(name + ".act.f32"));
    float[] decoded = ReferenceData.floats(ReferenceData.vectors(name + ".deq.f32"));
    float[] actual = new float[ROWS];
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
        HeapAllocator weights = new HeapAllocator()) {
      Rig rig = new Rig(backend, weights);
      Tensor out = rig.activation(1, ROWS, new float[ROWS]);
      Tensor x = rig.activation(1, COLS, activation);
      backend
          .submit(
              backend
                  .record()
                  .matmul(x, rig.weight(type, ROWS, COLS, weight), out)
                  .readBack(out, actual, 0))
          .await();
    }
    boolean floats = type == TensorType.F16 || type == TensorType.BF16;
    for (int r = 0; r < ROWS; r++) {
      double magnitude = 0;
      for (int i = 0; i < COLS; i++) {
        magnitude += Math.abs((double) decoded[r * COLS + i] * activation[i]);
      }
      double expected = floats ? exactDot(name, r) : ggmlDot(name, r);
      assertEquals(expected, actual[r], 2e-6 * magnitude + 1e-44, type + " row " + r);
    }
  }

  private static double ggmlDot(String name, int row) {
    return ReferenceData.floats(ReferenceData.vectors(name + ".dot.f32"))[row];
  }

  private static double exactDot(String name, int row) {
    byte[] bytes = ReferenceData.bytes(ReferenceData.vectors(name + ".dot.f64"));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble(8 * row);
  }
}
