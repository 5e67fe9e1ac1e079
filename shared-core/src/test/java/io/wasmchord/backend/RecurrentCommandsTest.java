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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What recurrent layers' commands refuse: shapes, states that are too small, shared rows. */
class RecurrentCommandsTest {
  private static final int ROWS = 3;
  private static final int STATE = 40;

  private final ComputeBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final KvCache cache =
      backend.allocateKv(
          new KvSpec(
              16,
              KvType.F32,
              List.of(
                  KvSpec.Layer.of(new KvSpec.Heads(1, 8, 8), 16),
                  new KvSpec.Layer(KvSpec.Heads.NONE, 0, 0, STATE))));
  private final List<SequenceRows> sequence = List.of(new SequenceRows(cache, 0, ROWS));
  private final Tensor eight = tensor(ROWS, 8);
  private final Tensor two = tensor(ROWS, 2);

  private Tensor tensor(int rows, int cols) {
    return backend.allocate(TensorType.F32, rows, cols);
  }

  /** A convolution over 8 columns and 4 positions: 24 values of the state. */
  private Command.CausalConv conv(Tensor x, int weights, int layer, int offset, Tensor out) {
    return new Command.CausalConv(
        x, tensor(1, weights), tensor(1, 8), true, sequence, layer, offset, out);
  }

  /** Two heads of 4 by 4 over one key: 32 values of the state. */
  private Command.DeltaNet net(Columns q, Tensor decay, Tensor beta, int offset, Tensor out) {
    return new Command.DeltaNet(
        q,
        Columns.of(tensor(ROWS, 4)),
        Columns.of(eight),
        decay,
        beta,
        4,
        false,
        1f,
        sequence,
        1,
        offset,
        out);
  }

  private Columns key() {
    return Columns.of(tensor(ROWS, 4));
  }

  /** Two heads of four channels of five values: 40 values of the state. */
  private Command.SsmScan scan(Columns x, Tensor dt, Tensor a, Columns b, Tensor out) {
    return new Command.SsmScan(
        x, dt, a, b, Columns.of(tensor(ROWS, 5)), tensor(1, 2), 5, sequence, 1, 0, out);
  }

  private Columns five() {
    return Columns.of(tensor(ROWS, 5));
  }

  /** Two heads of 4 by 4: 32 values of the state. */
  private Command.Wkv wkv(Tensor r, @Nullable Tensor a, int dim, int offset, Tensor out) {
    return new Command.Wkv(r, eight, eight, eight, a, a, dim, sequence, 1, offset, out);
  }

  @Test
  void whatFitsIsRecorded() {
    Commands c = new Commands();
    c.causalConv(conv(eight, 32, 1, 0, eight));
    c.causalConv(conv(eight, 32, 1, STATE - 24, tensor(ROWS, 8)));
    c.deltaNet(net(key(), two, two, 8, tensor(ROWS, 8)));
    c.deltaNet(net(new Columns(eight, 3, 4), eight, two, 0, tensor(ROWS, 8)));
    c.ssmScan(scan(Columns.of(eight), two, tensor(2, 1), five(), tensor(ROWS, 8)));
    c.tokenShift(new Command.TokenShift(eight, sequence, 1, STATE - 8, tensor(ROWS, 8)));
    c.wkv(wkv(eight, null, 4, 8, tensor(ROWS, 8)));
    c.wkv(wkv(eight, eight, 4, 0, tensor(ROWS, 8)));
    c.addBonus(new Command.AddBonus(tensor(ROWS, 8), eight, eight, tensor(1, 8), eight, 4));
    c.l2Norm(new Columns(eight, 1, 6), 3, 1e-6f);
    c.scaleColumns(eight, tensor(1, 2));
    c.copyColumns(eight, 1, 3, 4, tensor(ROWS, 6));
    assertEquals(12, c.list().size());
  }

  @TestFactory
  List<DynamicTest> whatDoesNotIsRefused() {
    Map<String, Consumer<Commands>> wrong = new LinkedHashMap<>();
    wrong.put("weights", c -> c.causalConv(conv(eight, 33, 1, 0, eight)));
    wrong.put("a layer without state", c -> c.causalConv(conv(eight, 32, 0, 0, eight)));
    wrong.put("no layer", c -> c.causalConv(conv(eight, 32, 2, 0, eight)));
    wrong.put("beyond the state", c -> c.causalConv(conv(eight, 32, 1, STATE - 23, eight)));
    wrong.put("before the state", c -> c.causalConv(conv(eight, 32, 1, -1, eight)));
    wrong.put("other columns", c -> c.causalConv(conv(eight, 32, 1, 0, two)));
    wrong.put("a net's state", c -> c.deltaNet(net(key(), two, two, 9, tensor(ROWS, 8))));
    wrong.put("decays", c -> c.deltaNet(net(key(), tensor(ROWS, 4), two, 0, tensor(ROWS, 8))));
    wrong.put("betas", c -> c.deltaNet(net(key(), two, tensor(ROWS, 3), 0, tensor(ROWS, 8))));
    wrong.put(
        "columns", c -> c.deltaNet(net(new Columns(eight, 5, 4), two, two, 0, tensor(ROWS, 8))));
    wrong.put("a net over its values", c -> c.deltaNet(net(key(), two, two, 0, eight)));
    wrong.put("a net over its betas", c -> c.deltaNet(net(key(), two, two, 0, two)));
    wrong.put(
        "rates",
        c -> c.ssmScan(scan(Columns.of(eight), two, tensor(2, 5), five(), tensor(ROWS, 8))));
    wrong.put(
        "groups",
        c -> c.ssmScan(scan(Columns.of(eight), two, tensor(2, 1), key(), tensor(ROWS, 8))));
    wrong.put(
        "a scan over its values",
        c -> c.ssmScan(scan(Columns.of(eight), two, tensor(2, 1), five(), eight)));
    wrong.put(
        "a shift over itself",
        c -> c.tokenShift(new Command.TokenShift(eight, sequence, 1, 0, eight)));
    wrong.put(
        "a shift's state",
        c -> c.tokenShift(new Command.TokenShift(eight, sequence, 1, STATE - 7, tensor(ROWS, 8))));
    wrong.put("heads", c -> c.wkv(wkv(eight, null, 3, 0, tensor(ROWS, 8))));
    wrong.put("a time mix's state", c -> c.wkv(wkv(eight, null, 4, 9, tensor(ROWS, 8))));
    wrong.put("a time mix over itself", c -> c.wkv(wkv(eight, eight, 4, 0, eight)));
    wrong.put("receptance", c -> c.wkv(wkv(two, null, 4, 0, tensor(ROWS, 8))));
    wrong.put(
        "a bonus over values",
        c -> c.addBonus(new Command.AddBonus(eight, two, two, tensor(1, 8), eight, 4)));
    wrong.put("runs", c -> c.l2Norm(new Columns(eight, 1, 6), 4, 1e-6f));
    wrong.put("columns of a norm", c -> c.l2Norm(new Columns(eight, 4, 6), 3, 1e-6f));
    wrong.put("factors", c -> c.scaleColumns(eight, tensor(1, 3)));
    wrong.put("copied beyond", c -> c.copyColumns(eight, 2, 3, 4, tensor(ROWS, 6)));
    wrong.put("copied over itself", c -> c.copyColumns(eight, 0, 8, 8, eight));
    return wrong.entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () -> {
                  Commands c = new Commands();
                  assertThrows(IllegalArgumentException.class, () -> e.getValue().accept(c));
                  assertEquals(List.of(), c.list());
                }))
        .toList();
  }
}
