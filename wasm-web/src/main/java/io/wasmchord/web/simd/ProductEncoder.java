package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.arguments.RepackArguments;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products as commands: interleave the weight if that was not done, pack the activations
 * unless the product before used the same, multiply.
 */
final class ProductEncoder {
  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final CommandList list;
  private final KernelScratch scratch;
  private final List<LinearMemory> retired = new ArrayList<>();
  private final Map<TensorType, LinearMemory> tables = new EnumMap<>(TensorType.class);
  private final Map<ActivationLayout, Packed> packed = new EnumMap<>(ActivationLayout.class);
  private final Map<ActivationLayout, Packed> spare = new EnumMap<>(ActivationLayout.class);
  private boolean spareIsNext; // for a single row

  /**
   * Memory for packed activations, and what lies there now.
   *
   * @param source null when nothing of use
   */
  private record Packed(LinearMemory memory, @Nullable Region source, int cols) {}

  ProductEncoder(
      LinearAllocator allocator, KernelModule kernels, CommandList list, KernelScratch scratch) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.list = list;
    this.scratch = scratch;
  }

  void encode(Command.MatMul c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor weight = SimdTensor.of(c.weight());
    SimdTensor out = SimdTensor.of(c.out());
    TensorType type = weight.type();
    int values = kernels.activations(type).blockValues();
    if (weight.cols() % values != 0) {
      throw unsupported(type, weight.cols(), values);
    }
    SimdTensor.Interleaved state = interleave(weight);
    int tokens = x.rows();
    int tile = tokens == 1 ? 1 : ActivationLayout.TILE;
    Region activations = pack(x, kernels.activations(type), tile);
    int groups = (weight.rows() + BlockCode.ROWS - 1) / BlockCode.ROWS;
    int groupsPerUnit = tokens == 1 ? KernelModule.groupsPerUnit(type) : 2;
    if (tokens > 1) {
      scratch.require(KernelModule.scratchBytes(tokens));
    }
    Kernel<MatMulArguments> kernel =
        tokens == 1 ? KernelModule.matmul(type) : KernelModule.matmulTiles(type);
    list.add(
        kernel,
        (groups + groupsPerUnit - 1) / groupsPerUnit,
        new MatMulArguments(
            weight.region(),
            state.tail(weight),
            weight.rows() / BlockCode.ROWS,
            BlockCode.ROWS * weight.rowBytes(),
            weight.rows(),
            x.cols() / values,
            activations,
            out.region(),
            tokens,
            table(type)));
    list.work(weight.values() * tokens);
    wrote(out.region());
  }

  static UnsupportedModelException unsupported(TensorType type, int cols, int values) {
    return new UnsupportedModelException(
        "a matrix of "
            + type
            + " has rows of "
            + cols
            + " values; the SIMD kernels take multiples of "
            + values
            + ". Load the model with simd: 'none'.");
  }

  /** Address of what a format's kernels look values up in, or 0; written when it is first asked. */
  int table(TensorType type) {
    byte[] values = KernelModule.table(type);
    if (values.length == 0) {
      return 0;
    }
    LinearMemory known = tables.get(type);
    if (known == null) {
      known = allocator.allocate(values.length);
      known.putBytes(0, values, 0, values.length);
      tables.put(type, known);
    }
    return known.address();
  }

  /** Forgets packed activations whose floats are overwritten. */
  void wrote(Region region) {
    for (Map<ActivationLayout, Packed> buffers : List.of(packed, spare)) {
      buffers.replaceAll((format, p) ->
          p.source() != null && p.source().overlaps(region) ? new Packed(p.memory(), null, 0) : p);
    }
  }

  /** Forgets all packed activations: the floats may have changed between two lists. */
  void begin() {
    retired.forEach(allocator::release);
    retired.clear();
    for (Map<ActivationLayout, Packed> buffers : List.of(packed, spare)) {
      buffers.replaceAll((format, p) -> new Packed(p.memory(), null, 0));
    }
  }

  /** Rows in the form that a product takes; they are packed unless they were for the one before. */
  Region pack(SimdTensor x, ActivationLayout format, int tile) {
    Region source = x.region();
    long bytes = format.bytes(x.rows(), x.cols(), tile);
    for (Map<ActivationLayout, Packed> buffers : List.of(packed, spare)) {
      Packed known = buffers.get(format);
      if (known != null && source.equals(known.source()) && known.cols() == x.cols()) {
        return Region.of(known.memory()).part(0, bytes);
      }
    }
    Region target = buffer(turn(x.rows()), format, bytes, source, x.cols());
    int blocks = x.cols() / format.blockValues();
    list.add(
        KernelModule.pack(format),
        blocks * x.rows(),
        new PackArguments(source, target, blocks, tile, (x.rows() + tile - 1) / tile));
    return target;
  }

  /**
   * Where rows are packed. Of single rows there are two buffers, taken in turn: so a row can be
   * packed while a product reads the one before.
   */
  private Map<ActivationLayout, Packed> turn(int rows) {
    if (rows > 1) {
      return packed;
    }
    spareIsNext = !spareIsNext;
    return spareIsNext ? packed : spare;
  }

  /** A buffer for rows that others pack. */
  Region buffer(ActivationLayout format, long bytes) {
    return buffer(packed, format, bytes, null, 0);
  }

  private Region buffer(
      Map<ActivationLayout, Packed> buffers,
      ActivationLayout format,
      long bytes,
      @Nullable Region source,
      int cols) {
    Packed known = buffers.get(format);
    LinearMemory memory = known == null ? null : known.memory();
    if (memory == null || memory.size() < bytes) {
      if (memory != null) {
        retired.add(memory); // commands of this list may still use it
      }
      memory = allocator.allocate(bytes);
    }
    buffers.put(format, new Packed(memory, source, cols));
    return Region.of(memory).part(0, bytes);
  }

  /** Interleaves a weight unless that was done. */
  SimdTensor.Interleaved interleave(SimdTensor weight) {
    SimdTensor.Interleaved state = weight.interleaved();
    if (state != null && state.byExperts()) {
      throw new IllegalArgumentException("an expert's weight has another use");
    }
    if (state != null) {
      return state;
    }
    int rowBytes = weight.rowBytes();
    int full = weight.rows() / BlockCode.ROWS;
    scratch.require(BlockCode.ROWS * rowBytes);
    if (full > 0) {
      repack(weight.type(), weight.region(), rowBytes, full);
    }
    LinearMemory tail = weight.tail(allocator);
    if (tail != null) {
      repack(weight.type(), Region.of(tail), rowBytes, 1);
    }
    state = new SimdTensor.Interleaved(tail, false);
    weight.interleaved(state);
    return state;
  }

  private void repack(TensorType type, Region where, int rowBytes, int groups) {
    BlockLayout layout = BlockLayout.of(type, BlockCode.ROWS);
    list.add(KernelModule.REPACK, groups, new RepackArguments(where, rowBytes, layout));
  }
}
