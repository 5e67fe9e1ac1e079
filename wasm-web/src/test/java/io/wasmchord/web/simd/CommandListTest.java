package io.wasmchord.web.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.NormArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.arguments.RopeArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where barriers stand in a list, and what goes without. */
class CommandListTest {
  private static final int HIDDEN = 2048;
  private static final int INNER = 5632;
  private static final int HEADS = 32;
  private static final int KV_HEADS = 4;
  private static final int DIM = 64;
  private static final int CAPACITY = 64;

  private final KernelModule kernels = KernelModule.emit(List.of(TensorType.Q4_K), true, true);
  private final Map<Integer, String> names =
      kernels.table().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
  private final HeapBank bank = new HeapBank(8 << 20);

  private long next = 1 << 30;

  /** A region of its own, far from what the allocator gives. */
  private Region region(long bytes) {
    Region region = new Region(next, bytes);
    next += bytes + 64;
    return region;
  }

  private CommandList list(int threads) {
    return new CommandList(new LinearAllocator(bank), kernels, threads);
  }

  /** One command of a list as threads read it. */
  private record Entry(int kernel, int chunks, int units, int chunk, int own) {}

  private List<Entry> entries(CommandList list, int threads) {
    Region where = list.finish();
    LinearMemory memory = bank.region(where.address(), where.bytes());
    List<Entry> entries = new ArrayList<>();
    for (long at = 0; ; at += CommandLayout.stride(threads)) {
      Entry entry =
          new Entry(
              memory.getInt(at + CommandLayout.KERNEL),
              memory.getInt(at + CommandLayout.CHUNKS),
              memory.getInt(at + CommandLayout.UNITS),
              memory.getInt(at + CommandLayout.CHUNK),
              memory.getInt(at + CommandLayout.OWN));
      entries.add(entry);
      if (entry.kernel == CommandLayout.END) {
        return entries;
      }
    }
  }

  /** Barriers as {@code |}, with their own in brackets; joint commands with their chunks. */
  private String text(List<Entry> entries) {
    List<String> words = new ArrayList<>();
    for (int i = 0; entries.get(i).kernel != CommandLayout.END; i++) {
      Entry entry = entries.get(i);
      String own =
          entries.subList(i + 1, i + 1 + entry.own).stream()
              .map(command -> names.get(command.kernel))
              .collect(Collectors.joining(" "));
      switch (entry.kernel) {
        case CommandLayout.BARRIER -> words.add(own.isEmpty() ? "|" : "|[" + own + "]");
        case CommandLayout.JOINT -> words.add(entry.chunks + "x(" + own + ")");
        default -> words.add(names.get(entry.kernel));
      }
      i += entry.own;
    }
    return String.join(" ", words);
  }

  /** The commands of a llama's layers for some tokens of one sequence. */
  private final class Layers {
    private final CommandList list;
    private final int rows;
    private final Region x;
    private final Region normed;
    private final Region q;
    private final Region k;
    private final Region v;
    private final Region attended;
    private final Region delta;
    private final Region gate;
    private final Region up;
    private final Region[] packed;
    private int turn;

    Layers(CommandList list, int rows) {
      this.list = list;
      this.rows = rows;
      this.x = floats(HIDDEN);
      this.normed = floats(HIDDEN);
      this.q = floats(HEADS * DIM);
      this.k = floats(KV_HEADS * DIM);
      this.v = floats(KV_HEADS * DIM);
      this.attended = floats(HEADS * DIM);
      this.delta = floats(HIDDEN);
      this.gate = floats(INNER);
      this.up = floats(INNER);
      this.packed = new Region[] {floats(INNER), floats(INNER)};
    }

    private Region floats(int cols) {
      return region(4L * rows * cols);
    }

    private void norm() {
      Region weight = region(4 * HIDDEN);
      list.add(KernelModule.RMS_NORM, rows, new NormArguments(x, weight, normed, HIDDEN, 1e-5f, 1));
    }

    private void pack(Region from, int cols) {
      turn = rows == 1 ? 1 - turn : 0;
      int tile = rows == 1 ? 1 : 4;
      list.add(
          KernelModule.pack(ActivationLayout.Q8K_BYTES),
          rows * cols / 256,
          new PackArguments(from, packed[turn], cols / 256, tile, (rows + tile - 1) / tile));
    }

    private void product(int outputs, int cols, Region out) {
      Kernel<MatMulArguments> kernel =
          rows == 1
              ? KernelModule.matmul(TensorType.Q4_K)
              : KernelModule.matmulTiles(TensorType.Q4_K);
      Region weight = region(outputs * TensorType.Q4_K.rowBytes(cols));
      list.add(
          kernel,
          outputs / (rows == 1 ? 4 : 8),
          new MatMulArguments(
              weight,
              weight,
              outputs / 4,
              4 * (int) TensorType.Q4_K.rowBytes(cols),
              outputs,
              cols / 256,
              packed[turn],
              out,
              rows,
              0));
    }

    private void rope(Region of, int heads) {
      list.add(
          KernelModule.rope(RopeOrder.INTERLEAVED),
          rows * heads,
          new RopeArguments(of, region(64), heads, DIM, DIM / 2));
    }

    private void elementwise(Kernel<ElementwiseArguments> kernel, Region a, Region b, int cols) {
      int count = rows * cols;
      list.add(
          kernel,
          (count + ElementwiseArguments.ELEMENTS - 1) / ElementwiseArguments.ELEMENTS,
          new ElementwiseArguments(a, b, a, count, 0f));
    }

    void layer() {
      Region keys = region(4L * KV_HEADS * DIM * CAPACITY);
      Region values = region(4L * KV_HEADS * DIM * CAPACITY);
      norm();
      pack(normed, HIDDEN);
      product(HEADS * DIM, HIDDEN, q);
      product(KV_HEADS * DIM, HIDDEN, k);
      product(KV_HEADS * DIM, HIDDEN, v);
      rope(k, KV_HEADS);
      list.add(
          KernelModule.storeKv(KvType.F32),
          rows * KV_HEADS,
          new StoreKvArguments(k, v, keys, values, 0, KV_HEADS, DIM, DIM, CAPACITY));
      rope(q, HEADS);
      list.add(
          KernelModule.attention(KvType.F32),
          rows * HEADS,
          new AttentionArguments(
              q,
              attended,
              keys,
              values,
              0,
              HEADS,
              HEADS / KV_HEADS,
              DIM,
              DIM,
              CAPACITY,
              1f,
              0f,
              CAPACITY,
              0,
              rows,
              0,
              Region.NONE,
              Region.NONE,
              Region.NONE,
              0));
      pack(attended, HEADS * DIM);
      product(HIDDEN, HEADS * DIM, delta);
      elementwise(KernelModule.ADD, x, delta, HIDDEN);
      norm();
      pack(normed, HIDDEN);
      product(INNER, HIDDEN, gate);
      product(INNER, HIDDEN, up);
      elementwise(KernelModule.gate(Activation.SILU), gate, up, INNER);
      pack(gate, INNER);
      product(HIDDEN, INNER, delta);
      elementwise(KernelModule.ADD, x, delta, HIDDEN);
    }
  }

  @Test
  void aTokensLayerHasFiveBarriers() {
    CommandList list = list(2);
    Layers layers = new Layers(list, 1);
    layers.layer();
    layers.layer();
    String layer =
        " matmulQ4K matmulQ4K matmulQ4K |"
            + " 4x(ropeINTERLEAVED storeKvF32 ropeINTERLEAVED attentionF32 packQ8K_BYTES) |"
            + " 16x(matmulQ4K add) |[rmsNorm packQ8K_BYTES]"
            + " 22x(matmulQ4K matmulQ4K gateSILU packQ8K_BYTES) | 16x(matmulQ4K add)";
    assertEquals(
        "1x(rmsNorm packQ8K_BYTES) |" + layer + " |[rmsNorm packQ8K_BYTES]" + layer,
        text(entries(list, 2)));
  }

  @Test
  void threeThreadsDoNotShareFourHeads() {
    CommandList list = list(3);
    Layers layers = new Layers(list, 1);
    layers.layer();
    String text = text(entries(list, 3));
    assertTrue(text.contains("| attentionF32 |"), text);
    assertTrue(text.contains("22x(matmulQ4K matmulQ4K gateSILU packQ8K_BYTES)"), text);
  }

  @Test
  void rowsOfABatchAreParts() {
    CommandList list = list(2);
    Layers layers = new Layers(list, 16);
    layers.layer();
    assertEquals(
        "16x(rmsNorm packQ8K_BYTES) | matmulQ4KTile8x4 matmulQ4KTile8x4 matmulQ4KTile8x4 |"
            + " 16x(ropeINTERLEAVED storeKvF32 ropeINTERLEAVED) | 16x(attentionF32 packQ8K_BYTES)"
            + " | matmulQ4KTile8x4 | 16x(add rmsNorm packQ8K_BYTES) | matmulQ4KTile8x4"
            + " matmulQ4KTile8x4 | 16x(gateSILU packQ8K_BYTES) | matmulQ4KTile8x4 | add",
        text(entries(list, 2)));
  }

  @Test
  void oneThreadNeedsNone() {
    CommandList list = list(1);
    new Layers(list, 1).layer();
    List<Entry> entries = entries(list, 1);
    assertEquals(20 + 1, entries.size());
    assertTrue(entries.stream().allMatch(entry -> entry.own == 0));
  }

  /** A part that ends inside of what the next command's part needs. */
  @Test
  void partsThatDoNotAgreeAreDoneByOneThreadOrWait() {
    CommandList list = list(2);
    Region x = region(4 * 6400);
    Region out = region(4 * 6400);
    list.add(KernelModule.SCALE, 100, new ElementwiseArguments(x, x, x, 6400, 2f));
    Region moved = x.part(256, x.bytes() - 256);
    list.add(KernelModule.SCALE, 99, new ElementwiseArguments(moved, moved, out, 6336, 2f));
    assertEquals("1x(scale scale)", text(entries(list, 2)));
    Region large = region(4 * 640_000);
    list.add(
        KernelModule.SCALE, 10_000, new ElementwiseArguments(large, large, large, 640_000, 2f));
    moved = large.part(256, large.bytes() - 256);
    list.add(KernelModule.SCALE, 9_999, new ElementwiseArguments(moved, moved, out, 639_936, 2f));
    assertEquals("scale | scale", text(entries(list, 2)));
  }

  @Test
  void javaMayReadBeforeWhatIsOpen() {
    CommandList list = list(2);
    Region x = region(4 * 64);
    Region y = region(4 * 64);
    list.add(KernelModule.SCALE, 1, new ElementwiseArguments(x, x, x, 64, 2f));
    assertFalse(list.leaves(x, y));
    assertFalse(list.leaves(y, x));
    assertTrue(list.leaves(y, region(64)));
  }

  /**
   * Of random commands over a few ranges, those that conflict are never done at the same time: a
   * barrier is between, or one thread does both in order, or each part needs the same part alone.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void whatConflictsIsDoneInOrder(int threads) {
    Random random = new Random(threads);
    int rows = 24;
    int cols = 256 * threads;
    List<Region> floats = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      floats.add(region(4L * rows * cols));
    }
    CommandList list = list(threads);
    for (int round = 0; round < 300; round++) {
      List<JointCommands.Member<?>> added = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        add(list, added, random, floats, rows, cols);
      }
      check(entries(list, threads), added);
    }
  }

  private <A> void add(
      CommandList list,
      List<JointCommands.Member<?>> added,
      Kernel<A> kernel,
      int units,
      A arguments) {
    list.add(kernel, units, arguments);
    added.add(JointCommands.Member.of(kernel, units, arguments));
  }

  private void add(
      CommandList list,
      List<JointCommands.Member<?>> added,
      Random random,
      List<Region> floats,
      int rows,
      int cols) {
    int few = random.nextBoolean() ? rows : 1 + random.nextInt(rows);
    Region x = floats.get(random.nextInt(floats.size())).part(0, 4L * few * cols);
    Region y = floats.get(random.nextInt(floats.size())).part(0, 4L * few * cols);
    int elements = few * cols;
    int units = elements / ElementwiseArguments.ELEMENTS;
    switch (random.nextInt(4)) {
      case 0 ->
          add(
              list,
              added,
              KernelModule.ADD,
              units,
              new ElementwiseArguments(x, y, x, elements, 0f));
      case 1 ->
          add(
              list,
              added,
              KernelModule.RMS_NORM,
              few,
              new NormArguments(x, floats.getFirst().part(0, 4L * cols), y, cols, 0f, 1));
      case 2 ->
          add(
              list,
              added,
              KernelModule.pack(ActivationLayout.Q8K_BYTES),
              elements / 256,
              new PackArguments(x, y, cols / 256, 1, few));
      default ->
          add(
              list,
              added,
              KernelModule.rope(RopeOrder.NEOX),
              elements / 64,
              new RopeArguments(x, floats.getLast().part(0, 256), cols / 64, 64, 32));
    }
  }

  /** Where a command is done: after how many barriers, in which joint command, by how many. */
  private record Place(int barriers, boolean own, int joint, int chunks) {}

  private static void check(List<Entry> entries, List<JointCommands.Member<?>> added) {
    List<Place> places = new ArrayList<>();
    int barriers = 0;
    for (int i = 0; entries.get(i).kernel != CommandLayout.END; i++) {
      Entry entry = entries.get(i);
      barriers += entry.kernel == CommandLayout.BARRIER ? 1 : 0;
      if (entry.kernel >= 0) {
        places.add(new Place(barriers, false, -1, 0));
      }
      for (int own = 0; own < entry.own; own++) {
        places.add(new Place(barriers, entry.kernel == CommandLayout.BARRIER, i, entry.chunks));
        Entry member = entries.get(i + 1 + own);
        if (entry.kernel == CommandLayout.JOINT) {
          assertEquals(member.units, member.chunk * entry.chunks);
        }
      }
      i += entry.own;
    }
    assertEquals(added.size(), places.size());
    for (int a = 0; a < added.size(); a++) {
      for (int b = a + 1; b < added.size(); b++) {
        for (JointCommands.Use one : added.get(a).uses()) {
          for (JointCommands.Use other : added.get(b).uses()) {
            if (one.conflicts(other)) {
              ordered(places.get(a), places.get(b), one, other);
            }
          }
        }
      }
    }
  }

  private static void ordered(Place a, Place b, JointCommands.Use one, JointCommands.Use other) {
    if (a.barriers < b.barriers || a.own) {
      return;
    }
    assertTrue(a.joint >= 0 && a.joint == b.joint, a + " " + b);
    if (a.chunks > 1) {
      assertEquals(one.region(), other.region());
      assertEquals(0, one.shares() % a.chunks);
      assertEquals(0, other.shares() % a.chunks);
    }
  }
}
