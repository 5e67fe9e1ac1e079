package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Products of heads are checked as they are recorded. */
class HeadMatMulTest {
  private final ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final Tensor x = tensor(6, 32);
  private final Tensor out = tensor(6, 5);

  private Tensor tensor(int rows, int cols) {
    return backend.allocate(TensorType.F32, rows, cols);
  }

  private void refused(Tensor x, List<Tensor> weights, Tensor out) {
    assertThrows(IllegalArgumentException.class, () -> new Commands().headMatmul(x, weights, out));
  }

  @Test
  void everyHeadHasItsRowsAndItsMatrix() {
    List<Tensor> weights = new ArrayList<>(List.of(tensor(5, 32), tensor(5, 32)));
    Commands commands = new Commands().headMatmul(x, weights, out);
    Tensor second = weights.getLast();
    weights.clear(); // the command has its own list
    Command.HeadMatMul c = (Command.HeadMatMul) commands.list().getFirst();
    assertEquals(3, c.tokens());
    assertEquals(3, c.of(1).x().firstRow());
    assertEquals(3, c.of(1).out().firstRow());
    assertEquals(second, c.of(1).weight());
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Tensor weight = tensor(5, 32);
    refused(x, List.of(), out);
    refused(x, List.of(weight, weight, weight, weight), out);
    refused(x, List.of(weight, tensor(4, 32)), out);
    refused(x, List.of(weight, tensor(5, 16)), out);
    refused(x, List.of(weight, backend.allocate(TensorType.Q8_0, 5, 32)), out);
    refused(x, List.of(weight), tensor(5, 5));
    refused(backend.allocate(TensorType.Q8_0, 6, 32), List.of(weight), out);
    Tensor whole = tensor(64, 32);
    refused(whole.rows(0, 6), List.of(tensor(32, 32)), whole.rows(3, 6));
    refused(x, List.of(whole.rows(0, 32)), whole.rows(30, 6));
  }
}
