package io.wasmchord.web.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.quant.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightRowsTest {
  private static GpuTensor weight(TensorType type, int before, int rows, int cols) {
    long bytes = type.rowBytes(cols);
    return new GpuTensor(type, rows, cols, new GpuMemory(7, before * bytes, rows * bytes));
  }

  @Test
  void aWeightThatFitsIsOneWindowFromTheBuffersBeginning() {
    List<WeightRows> all = WeightRows.of(weight(TensorType.Q8_0, 5, 9, 32), 1 << 20);
    assertEquals(List.of(new WeightRows(new DispatchList.Window(7, 0, 14 * 34), 0, 5, 9)), all);
  }

  @ParameterizedTest
  @CsvSource({
    "Q6_K, 0, 100, 2048, 40000",
    "Q6_K, 3, 100, 2048, 40000",
    "Q8_0, 0, 1000, 64, 9000",
    "Q8_0, 131, 1000, 32, 9000",
    "Q4_K, 17, 64, 256, 2700",
    "F16, 1, 77, 33, 20000"
  })
  void windowsCoverEveryRowOnce(TensorType type, int before, int rows, int cols, long limit) {
    GpuTensor weight = weight(type, before, rows, cols);
    long bytes = type.rowBytes(cols);
    int next = 0;
    for (WeightRows part : WeightRows.of(weight, limit)) {
      assertEquals(next, part.from());
      assertEquals(0, part.window().offset() % 256);
      assertEquals(0, part.window().bytes() % 4);
      assertTrue(part.window().bytes() <= limit, part::toString);
      long first = part.window().offset() + part.first() * bytes;
      assertEquals((before + part.from()) * bytes, first);
      assertTrue((part.first() + part.count()) * bytes <= part.window().bytes(), part::toString);
      next += part.count();
      for (int row = part.from(); row < next; row++) {
        WeightRows holds = WeightRows.with(weight, row, limit);
        assertTrue(holds.holds(row));
        assertEquals(part.window(), holds.window());
      }
    }
    assertEquals(rows, next);
  }
}
