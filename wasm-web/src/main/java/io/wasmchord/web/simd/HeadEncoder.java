package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.simd.SlotProducts.PackedRows;
import io.wasmchord.web.simd.SlotProducts.Slots;
import java.util.HashMap;
import java.util.Map;

/** Products of heads as commands: those of experts, with slots that are known beforehand. */
final class HeadEncoder {
  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final KernelScratch scratch;
  private final SlotProducts slots;
  private final Map<Shape, LinearMemory> shapes = new HashMap<>();
  private final MatrixAddresses addresses;

  /** Heads, and rows of each. */
  private record Shape(int heads, int tokens) {
    /** The first of a head's packed rows: heads of several rows are whole tiles. */
    int packed(int head) {
      int tile = tokens == 1 ? 1 : ActivationLayout.TILE;
      return head * SlotProducts.over(tokens, tile) * tile;
    }

    long slotBytes() {
      return ExpertLayout.FIRST_SLOT + (long) ExpertLayout.SLOT * heads;
    }

    long bytes() {
      return slotBytes() + (long) ExpertLayout.ROW * heads * tokens;
    }
  }

  HeadEncoder(
      LinearAllocator allocator,
      KernelModule kernels,
      CommandList list,
      KernelScratch scratch,
      ProductEncoder products,
      MatrixAddresses addresses) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.scratch = scratch;
    this.addresses = addresses;
    this.slots = new SlotProducts(kernels, list, products);
  }

  /** Bytes of the slots of batches of {@code tokens}; there are those of two shapes at a time. */
  static long slotBytes(int heads, int tokens) {
    return new Shape(heads, tokens).bytes();
  }

  /** Bytes of scratch in each thread. */
  static long scratchBytes(int tokens) {
    return (long) KernelModule.scratchBytes(tokens) + KernelModule.callBytes();
  }

  /** Packed rows of {@code tokens} rows of each head. */
  static long packedRows(int heads, int tokens) {
    return new Shape(heads, tokens).packed(heads);
  }

  /** Gives back what the list before used, unless that was one shape, which the next may have. */
  void begin() {
    if (shapes.size() > 1) {
      shapes.values().forEach(allocator::release);
      shapes.clear();
    }
  }

  void encode(Command.HeadMatMul c) {
    SimdTensor matrix = SimdTensor.of(c.weights().getFirst());
    SimdTensor x = SimdTensor.of(c.x());
    Shape shape = new Shape(c.heads(), c.tokens());
    scratch.require((int) scratchBytes(c.tokens()));
    Slots known = slots(shape);
    Region matrices = addresses.of(c.weights());
    ActivationLayout format = kernels.activations(matrix.type());
    PackedRows packed = slots.pack(known, format, x, false, packedRows(shape.heads, shape.tokens));
    slots.product(known, matrix, matrices, packed, c.out());
  }

  private Slots slots(Shape shape) {
    LinearMemory memory = shapes.get(shape);
    if (memory == null) {
      memory = allocator.allocate(shape.bytes());
      fill(memory, shape);
      shapes.put(shape, memory);
    }
    Region all = Region.of(memory);
    Region rows = all.part(shape.slotBytes(), shape.bytes() - shape.slotBytes());
    return new Slots(all.part(0, shape.slotBytes()), rows, shape.heads, shape.heads * shape.tokens);
  }

  private static void fill(LinearMemory memory, Shape shape) {
    memory.putInt(0, shape.heads);
    for (int head = 0; head < shape.heads; head++) {
      long slot = ExpertLayout.FIRST_SLOT + (long) ExpertLayout.SLOT * head;
      memory.putInt(slot + ExpertLayout.EXPERT, head);
      memory.putInt(slot + ExpertLayout.FIRST, head * shape.tokens);
      memory.putInt(slot + ExpertLayout.COUNT, shape.tokens);
      memory.putInt(slot + ExpertLayout.PACKED, shape.packed(head));
      memory.putInt(slot + ExpertLayout.FRESH, 0);
      for (int place = head * shape.tokens; place < (head + 1) * shape.tokens; place++) {
        long row = shape.slotBytes() + (long) ExpertLayout.ROW * place;
        memory.putInt(row, place);
        memory.putInt(row + ExpertLayout.ROW_SLOT, head);
      }
    }
  }
}
