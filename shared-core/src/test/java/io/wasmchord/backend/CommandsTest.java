package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which tensors of a command may be the same, and which may not share rows. */
class CommandsTest {
  private static final int ROWS = 3;
  private static final int COLS = 8;

  private final ComputeBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final Tensor whole = tensor(4 * ROWS, COLS);
  private final Tensor x = whole.rows(2, ROWS);
  private final Tensor shifted = whole.rows(3, ROWS); // shares two rows with x
  private final Tensor beside = whole.rows(2 + ROWS, ROWS); // begins where x ends
  private final Tensor other = tensor(ROWS, COLS);
  private final Tensor row = tensor(1, COLS);
  private final Tensor column = tensor(ROWS, 1);
  private final KvCache cache =
      backend.allocateKv(
          new KvSpec(
              16,
              KvType.F32,
              List.of(
                  KvSpec.Layer.of(new KvSpec.Heads(1, COLS, COLS), 16),
                  KvSpec.Layer.rows(COLS, 16))));
  private final List<SequenceRows> sequence = List.of(new SequenceRows(cache, 0, ROWS));

  private Tensor tensor(int rows, int cols) {
    return backend.allocate(TensorType.F32, rows, cols);
  }

  /** Records a command over x and another tensor. */
  private interface Pair {
    void record(Commands commands, Tensor with);
  }

  private Command.ShortConv conv(Tensor in, Tensor out) {
    return new Command.ShortConv(x, in, other, row, sequence, 1, out);
  }

  private Command.Experts mixture(Tensor in, Tensor gathered, Tensor gate, Tensor down) {
    Expert expert = new Expert(tensor(COLS, COLS), tensor(COLS, COLS), tensor(COLS, COLS));
    ExpertBuffers rooms = new ExpertBuffers(gathered, gate, tensor(ROWS, COLS), down);
    return new Command.Experts(
        in,
        column,
        List.of(expert),
        ExpertVectors.NONE,
        Routing.softmax(1, true),
        Activation.SILU,
        0f,
        rooms,
        x);
  }

  /** What may work in place. */
  private Map<String, Pair> inPlace() {
    Map<String, Pair> all = new TreeMap<>();
    all.put("rmsNorm", (c, t) -> c.rmsNorm(x, row, 1e-5f, t));
    all.put("layerNorm", (c, t) -> c.layerNorm(x, row, 1e-5f, t));
    all.put("gate over the gate", (c, t) -> c.gate(x, other, Activation.SILU, t));
    all.put("gate over the other", (c, t) -> c.gate(other, x, Activation.SILU, t));
    all.put("add", (c, t) -> c.add(x, t));
    all.put("addScaled", (c, t) -> c.addScaled(x, t, 2f));
    all.put("addGated", (c, t) -> c.addGated(x, t, column));
    all.put("shortConv over its values", (c, t) -> c.shortConv(conv(other, t)));
    all.put("shortConv's gate", (c, t) -> c.shortConv(conv(t, t)));
    return all;
  }

  /** What must be apart. */
  private Map<String, Pair> apart() {
    Tensor square = tensor(COLS, COLS);
    Tensor last = tensor(ROWS, COLS);
    Map<String, Pair> all = new TreeMap<>();
    all.put("matmul", (c, t) -> c.matmul(x, square, t));
    all.put("rope", (c, t) -> c.rope(x, t, COLS, RopeOrder.NEOX));
    all.put("gather", (c, t) -> c.gather(x, new int[] {0, 1, 2}, t));
    all.put("embed", (c, t) -> c.embed(x, new int[] {0, 1, 2}, t));
    all.put(
        "attention",
        (c, t) -> c.attention(new Command.Attention(x, sequence, 0, 1, 1f, 0f, 0, 0, t)));
    all.put("experts", (c, t) -> c.experts(mixture(t, other, tensor(ROWS, COLS), last)));
    all.put("gathered", (c, t) -> c.experts(mixture(other, t, tensor(ROWS, COLS), last)));
    all.put("experts' gate", (c, t) -> c.experts(mixture(other, tensor(ROWS, COLS), t, last)));
    all.put("experts' down", (c, t) -> c.experts(mixture(other, tensor(ROWS, COLS), last, t)));
    all.put("topK", (c, t) -> c.topK(x, COLS, t, tensor(ROWS, COLS)));
    all.put("topK's values", (c, t) -> c.topK(x, COLS, tensor(ROWS, COLS), t));
    return all;
  }

  private static void refused(Pair command, Tensor with) {
    Commands commands = new Commands();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> command.record(commands, with));
    assertTrue(e.getMessage().contains("shares"), e.getMessage());
    assertEquals(List.of(), commands.list());
  }

  @TestFactory
  List<DynamicTest> someCommandsWorkInPlaceButNotOverSomeRows() {
    return inPlace().entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () -> {
                  e.getValue().record(new Commands(), x);
                  e.getValue().record(new Commands(), whole.rows(2, ROWS)); // another view of it
                  e.getValue().record(new Commands(), beside);
                  e.getValue().record(new Commands(), tensor(ROWS, COLS));
                  refused(e.getValue(), shifted);
                  refused(e.getValue(), whole.rows(1, ROWS));
                }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> othersNeedTensorsOfTheirOwn() {
    return apart().entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () -> {
                  e.getValue().record(new Commands(), beside);
                  e.getValue().record(new Commands(), tensor(ROWS, COLS));
                  refused(e.getValue(), x);
                  refused(e.getValue(), whole.rows(2, ROWS));
                  refused(e.getValue(), shifted);
                }))
        .toList();
  }

  @Test
  void weightsAreNotOverwritten() {
    Tensor square = tensor(COLS, COLS);
    Tensor rows = square.rows(0, ROWS);
    refused((c, t) -> c.matmul(other, square, t), rows);
    refused((c, t) -> c.rmsNorm(rows, square.rows(1, 1), 1e-5f, t), rows);
    refused((c, t) -> c.addBias(t, square.rows(2, 1)), rows);
    refused((c, t) -> c.scaleRows(column, t), column);
    new Commands().addBias(rows, square.rows(ROWS, 1)).scaleRows(rows, column);
  }

  private Command.Attention attention(int window, int attends, AttentionOptions options) {
    return new Command.Attention(
        x, sequence, 0, 1, 1f, 0f, window, attends, options, tensor(ROWS, COLS));
  }

  @Test
  void attentionsOptionsFitItsHeads() {
    Tensor one = tensor(1, 1);
    Tensor two = tensor(1, 2);
    Commands c = new Commands();
    for (AttentionOptions wrong :
        List.of(
            new AttentionOptions(false, two, null, null),
            new AttentionOptions(false, null, column, null),
            new AttentionOptions(false, null, null, two),
            new AttentionOptions(false, null, null, column),
            new AttentionOptions(true, null, null, null))) {
      assertThrows(IllegalArgumentException.class, () -> c.attention(attention(0, 0, wrong)));
    }
    AttentionOptions chunks = new AttentionOptions(true, one, one, tensor(1, 3));
    assertThrows(IllegalArgumentException.class, () -> c.attention(attention(4, 16, chunks)));
    c.attention(attention(4, 0, chunks));
    assertEquals(1, c.list().size());
  }

  @Test
  void viewsOfViewsKnowTheirPlace() {
    Tensor view = whole.rows(2, 6).rows(1, 4).rows(2, 1);
    assertEquals(whole, view.whole());
    assertEquals(5, view.firstRow());
    refused((c, t) -> c.gather(view, new int[] {0}, t), whole.rows(5, 1));
    new Commands().gather(view, new int[] {0}, whole.rows(4, 1));
  }

  @Test
  void ranksAreOfColumnsThatAreThere() {
    Commands c = new Commands();
    Tensor few = tensor(ROWS, 2);
    Tensor fewer = tensor(ROWS, 2);
    assertThrows(IllegalArgumentException.class, () -> c.topK(x, 1, few, fewer));
    assertThrows(IllegalArgumentException.class, () -> c.topK(x, COLS + 1, few, fewer));
    assertThrows(IllegalArgumentException.class, () -> c.argMax(x, 0, column, tensor(ROWS, 1)));
    assertThrows(IllegalArgumentException.class, () -> c.argMax(x, COLS, few, fewer));
    assertThrows(IllegalArgumentException.class, () -> c.topK(x, COLS, few, few));
    assertThrows(IllegalArgumentException.class, () -> c.topK(other.rows(0, 2), 3, few, fewer));
    Tensor wide = tensor(1, (1 << 24) + 1);
    Tensor one = tensor(1, 1);
    Tensor two = tensor(1, 1);
    assertThrows(IllegalArgumentException.class, () -> c.argMax(wide, wide.cols(), one, two));
    c.argMax(wide, 1 << 24, one, two).topK(x, 2, few, fewer);
    assertEquals(2, c.list().size());
  }
}
