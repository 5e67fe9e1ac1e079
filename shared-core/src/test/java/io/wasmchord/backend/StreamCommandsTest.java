package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What commands of several residual streams refuse: shapes, shared rows. */
class StreamCommandsTest {
  private final ComputeBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final Tensor four = tensor(3, 4);
  private final Tensor eight = tensor(3, 8);

  private Tensor tensor(int rows, int cols) {
    return backend.allocate(TensorType.F32, rows, cols);
  }

  private static void mixed(Commands c, Tensor x, Tensor factors, int width, Columns out) {
    c.addMixed(new Command.AddMixed(x, factors, width, out));
  }

  @Test
  void takesWhatFits() {
    Commands c = new Commands();
    mixed(c, four, tensor(3, 4), 2, new Columns(eight, 4, 4));
    mixed(c, four, tensor(1, 4), 2, new Columns(eight, 4, 4));
    c.matchLength(four, tensor(3, 4), 0f);
    c.sparsify(four, -1f);
    assertEquals(4, c.list().size());
  }

  @TestFactory
  List<DynamicTest> refuses() {
    Map<String, Consumer<Commands>> all = new LinkedHashMap<>();
    Columns half = new Columns(eight, 4, 4);
    all.put("rows", c -> mixed(c, tensor(2, 4), tensor(3, 4), 2, half));
    all.put("runs of x", c -> mixed(c, tensor(3, 5), tensor(3, 4), 2, half));
    all.put("runs of out", c -> mixed(c, four, tensor(3, 4), 2, new Columns(eight, 4, 3)));
    all.put("no width", c -> mixed(c, four, tensor(3, 4), 0, half));
    all.put("no columns", c -> mixed(c, four, tensor(3, 4), 2, new Columns(eight, 4, 0)));
    all.put("beyond", c -> mixed(c, four, tensor(3, 4), 2, new Columns(eight, 6, 4)));
    all.put("before", c -> mixed(c, four, tensor(3, 4), 2, new Columns(eight, -1, 4)));
    all.put("factors", c -> mixed(c, four, tensor(3, 5), 2, half));
    all.put("rows of factors", c -> mixed(c, four, tensor(2, 4), 2, half));
    all.put("itself", c -> mixed(c, eight, tensor(3, 8), 4, half));
    all.put("shape of like", c -> c.matchLength(four, eight, 0f));
    all.put("less than nothing", c -> c.matchLength(four, tensor(3, 4), -1f));
    all.put("like itself", c -> c.matchLength(four, four, 0f));
    all.put("one column", c -> c.sparsify(tensor(3, 1), 1f));
    all.put("no cutoff", c -> c.sparsify(four, Float.NEGATIVE_INFINITY));
    return all.entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () ->
                    assertThrows(
                        IllegalArgumentException.class, () -> e.getValue().accept(new Commands()))))
        .toList();
  }
}
