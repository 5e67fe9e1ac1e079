package io.wasmchord.browser;

import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.Argument;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A module of kernels for several formats, and a memory in which each of them can be run alone: a
 * weight of any bytes, activations, and lists of one command. One thread walks them.
 */
final class KernelImage {
  /** Columns of every matrix. */
  static final int COLS = 2048;

  private static final int PAGE = 1 << 16;
  private static final int CONTROL = 1024;

  private final KernelModule module;
  private final int rows;
  private final int tokens;
  private final Region floats;
  private final Region out;
  private final Region weights;
  private final List<List<Object>> words = new ArrayList<>();
  private final List<List<Object>> tables = new ArrayList<>();
  private final List<Integer> begin = new ArrayList<>();
  private final Map<TensorType, Integer> tableAddresses = new EnumMap<>(TensorType.class);
  private final Map<ActivationLayout, Map<Integer, Region>> packed =
      new EnumMap<>(ActivationLayout.class);
  private long free = PAGE;

  /**
   * @param rows of the largest weight
   * @param tokens rows of activations that lists may have
   */
  KernelImage(List<TensorType> types, boolean relaxed, int rows, int tokens) {
    this.module = KernelModule.emit(types, relaxed, false);
    this.rows = rows;
    this.tokens = tokens;
    this.floats = region(4L * tokens * COLS);
    this.out = region(4L * tokens * rows);
    Region scratch = region(KernelModule.scratchBytes(tokens));
    long largest = types.stream().mapToLong(type -> type.rowBytes(COLS)).max().orElse(0);
    this.weights = region(rows * largest);
    word(CONTROL + ControlLayout.THREADS, 1);
    word(CONTROL + ControlLayout.SCRATCH, scratch.address());
    word(CONTROL + ControlLayout.SCRATCH_BYTES, (int) scratch.bytes());
    word(CONTROL + ControlLayout.STRIDE, CommandLayout.stride(1));
  }

  private Region region(long bytes) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    Region region = new Region(free, size);
    free += size;
    return region;
  }

  private void word(int address, int value) {
    words.add(List.of(address, value));
  }

  /**
   * A list with one product.
   *
   * @param count rows of the weight, the first ones
   * @param batch rows of activations
   * @return where it lies
   */
  int product(TensorType type, int count, int batch) {
    if (count > rows || batch > tokens) {
      throw new IllegalArgumentException(count + " rows, " + batch + " tokens");
    }
    ActivationLayout layout = module.activations(type);
    int groups = (count + BlockCode.ROWS - 1) / BlockCode.ROWS;
    int inUnit = batch == 1 ? KernelModule.groupsPerUnit(type) : KernelModule.TILE_GROUPS;
    MatMulArguments arguments =
        new MatMulArguments(
            weights,
            Region.NONE,
            count / BlockCode.ROWS,
            (int) (BlockCode.ROWS * type.rowBytes(COLS)),
            count,
            COLS / layout.blockValues(),
            packed(layout, batch),
            out,
            batch,
            tableAddresses.computeIfAbsent(type, this::table));
    Kernel<MatMulArguments> kernel =
        batch == 1 ? KernelModule.matmul(type) : KernelModule.matmulTiles(type);
    return list(kernel, (groups + inUnit - 1) / inUnit, arguments);
  }

  private int table(TensorType type) {
    byte[] values = KernelModule.table(type);
    if (values.length == 0) {
      return 0;
    }
    int address = region(values.length).address();
    tables.add(List.of(address, Base64.getEncoder().encodeToString(values)));
    return address;
  }

  /** Activations that are packed before anything else. */
  private Region packed(ActivationLayout layout, int batch) {
    return packed
        .computeIfAbsent(layout, l -> new HashMap<>())
        .computeIfAbsent(
            batch,
            b -> {
              int tile = b == 1 ? 1 : ActivationLayout.TILE;
              Region to = region(layout.bytes(b, COLS, tile));
              int blocks = COLS / layout.blockValues();
              begin.add(
                  list(
                      KernelModule.pack(layout),
                      blocks * b,
                      new PackArguments(floats, to, blocks, tile, (b + tile - 1) / tile)));
              return to;
            });
  }

  private <A> int list(Kernel<A> kernel, int units, A arguments) {
    int at = region(2L * CommandLayout.stride(1)).address();
    word(at + CommandLayout.KERNEL, module.place(kernel));
    word(at + CommandLayout.CHUNKS, 1);
    word(at + CommandLayout.UNITS, units);
    word(at + CommandLayout.CHUNK, units);
    for (Argument<A> argument : kernel.layout().words()) {
      word(at + CommandLayout.argument(argument), argument.bits(arguments));
    }
    word(at + CommandLayout.stride(1) + CommandLayout.KERNEL, CommandLayout.END);
    return at;
  }

  /**
   * What the page's script takes.
   *
   * @param lists that are measured
   */
  Map<String, Object> arguments(List<Integer> lists, int rounds) {
    return Map.of(
        "wasm",
        Base64.getEncoder().encodeToString(module.bytes()),
        "pages",
        (int) (free / PAGE),
        "words",
        words,
        "tables",
        tables,
        "weights",
        Map.of("at", weights.address(), "bytes", (double) weights.bytes()),
        "floats",
        Map.of("at", floats.address(), "bytes", (double) floats.bytes()),
        "begin",
        Map.of("control", CONTROL, "lists", begin),
        "lists",
        lists,
        "rounds",
        rounds);
  }
}
