package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.ExpertBiasArguments;
import io.wasmchord.web.kernels.arguments.ExpertRepackArguments;
import io.wasmchord.web.kernels.arguments.ExpertSumArguments;
import io.wasmchord.web.kernels.arguments.ExpertWeighArguments;
import io.wasmchord.web.kernels.arguments.GroupExpertsArguments;
import io.wasmchord.web.kernels.arguments.RouteArguments;
import io.wasmchord.web.kernels.experts.ExpertCode;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.simd.SlotProducts.PackedRows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mixture of experts as commands, none of which the encoder needs to know a choice for. */
final class ExpertEncoder {
  private static final int ALIGNMENT = 64;
  private static final Region NOTHING = new Region(0, 0);

  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final CommandList list;
  private final KernelScratch scratch;
  private final ProductEncoder products;
  private final RowEncoder rows;
  private final SlotProducts slots;
  private final MatrixAddresses addresses;
  private final List<LinearMemory> retired = new ArrayList<>();
  private @Nullable LinearMemory memory; // what routing leaves

  ExpertEncoder(
      LinearAllocator allocator,
      KernelModule kernels,
      CommandList list,
      KernelScratch scratch,
      ProductEncoder products,
      RowEncoder rows,
      MatrixAddresses addresses) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.list = list;
    this.scratch = scratch;
    this.products = products;
    this.rows = rows;
    this.addresses = addresses;
    this.slots = new SlotProducts(kernels, list, products);
  }

  /** Where routing leaves what, as {@link ExpertLayout} says. */
  private record Routes(Region slots, Region choices, Region places, Region rows) {
    static Routes of(Region memory, int experts, int places) {
      long slots = aligned(slotBytes(experts, places));
      long choices = aligned((long) ExpertLayout.CHOICE * places);
      long placed = aligned((long) ExpertLayout.PLACE * places);
      return new Routes(
          memory.part(0, slots),
          memory.part(slots, choices),
          memory.part(slots + choices, placed),
          memory.part(slots + choices + placed, (long) ExpertLayout.ROW * places));
    }

    static long slotBytes(int experts, int places) {
      return ExpertLayout.FIRST_SLOT
          + (long) ExpertLayout.SLOT * ExpertLayout.slots(experts, places);
    }

    private static long aligned(long bytes) {
      return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Bytes of all. */
    static long bytes(int experts, int places) {
      return aligned(slotBytes(experts, places))
          + aligned((long) ExpertLayout.CHOICE * places)
          + aligned((long) ExpertLayout.PLACE * places)
          + (long) ExpertLayout.ROW * places;
    }
  }

  /** Bytes of what routing leaves. */
  static long routeBytes(int experts, int places) {
    return Routes.bytes(experts, places);
  }

  /** Bytes of scratch in each thread. */
  static long scratchBytes(int experts, int tokens, long rowBytes) {
    long kernel =
        Math.max(KernelModule.scratchBytes(tokens), BlockCode.ROWS * rowBytes)
            + KernelModule.callBytes();
    return Math.max(kernel, ExpertLayout.scratchBytes(experts));
  }

  /** Gives back what the list before may have used. */
  void begin() {
    retired.forEach(allocator::release);
    retired.clear();
  }

  private Region memory(long bytes) {
    LinearMemory known = memory;
    if (known == null || known.size() < bytes) {
      if (known != null) {
        retired.add(known);
      }
      known = allocator.allocate(bytes);
      memory = known;
    }
    return Region.of(known);
  }

  /** Returns what the command writes last. */
  Region encode(Command.Experts c) {
    Expert first = c.experts().getFirst();
    int n = c.x().rows();
    int places = n * c.used();
    int experts = c.experts().size();
    ExpertTable table = ExpertTable.of(c.experts(), allocator);
    Routes routes = Routes.of(memory(routeBytes(experts, places)), experts, places);
    long rowBytes = 0;
    for (ExpertMatrix m : ExpertMatrix.all(first)) {
      rowBytes = Math.max(rowBytes, SimdTensor.of(m.of(first)).rowBytes());
    }
    scratch.require((int) scratchBytes(experts, n, rowBytes));
    for (ExpertAddition a : c.additions()) { // interleaved long before the products that take them
      addresses.of(a.a());
      addresses.of(a.b());
    }
    route(c, table, routes);
    if (!table.interleaved()) {
      for (ExpertMatrix m : ExpertMatrix.all(first)) {
        repack(SimdTensor.of(m.of(first)), table.matrices(m), routes, ExpertLayout.slots(experts, places));
      }
    }
    Mixture mixture = new Mixture(c, table, routes, places);
    Tensor up = c.buffers().up().rows(0, places);
    if (c.gated()) {
      Tensor gate = c.buffers().gate().rows(0, places);
      mixture.first(gate, up);
      rows.elementwise(KernelModule.gate(c.activation()), gate, up, up, c.limit());
    } else {
      mixture.only(up);
      rows.elementwise(KernelModule.activate(c.activation()), up, up, up, 0f);
    }
    mixture.last();
    return sum(c, routes);
  }

  private static Region region(@Nullable Tensor vector) {
    return vector == null ? NOTHING : SimdTensor.of(vector).region();
  }

  private void route(Command.Experts c, ExpertTable table, Routes routes) {
    int n = c.x().rows();
    int experts = c.experts().size();
    list.add(
        KernelModule.ROUTE,
        n,
        new RouteArguments(
            SimdTensor.of(c.logits()).region(),
            region(c.vectors().selection()),
            region(c.vectors().scales()),
            routes.choices,
            experts,
            c.used(),
            RouteArguments.number(c.routing().gating()),
            c.routing().groups().count(),
            c.routing().groups().used(),
            c.routing().normalized() ? 1 : 0,
            c.routing().scale()));
    list.add(
        KernelModule.GROUP_EXPERTS,
        1,
        new GroupExpertsArguments(
            routes.choices,
            routes.slots,
            routes.places,
            routes.rows,
            table.flags(),
            experts,
            c.used(),
            n * c.used()));
  }

  private void repack(SimdTensor matrix, Region matrices, Routes routes, int slots) {
    int groups = SlotProducts.over(matrix.rows(), BlockCode.ROWS);
    list.add(
        KernelModule.EXPERT_REPACK,
        slots * groups,
        new ExpertRepackArguments(
            routes.slots,
            matrices,
            matrix.rowBytes(),
            BlockLayout.of(matrix.type(), BlockCode.ROWS),
            matrix.rows() / BlockCode.ROWS,
            groups,
            kernels.place(KernelModule.REPACK)));
  }

  /** The three products. */
  private final class Mixture {
    private final Command.Experts c;
    private final ExpertTable table;
    private final Routes routes;
    private final int places;

    Mixture(Command.Experts c, ExpertTable table, Routes routes, int places) {
      this.c = c;
      this.table = table;
      this.routes = routes;
      this.places = places;
    }

    private SimdTensor matrix(ExpertMatrix m) {
      return SimdTensor.of(m.of(c.experts().getFirst()));
    }

    private ActivationLayout format(ExpertMatrix m) {
      return kernels.activations(matrix(m).type());
    }

    void first(Tensor gate, Tensor up) {
      weigh();
      PackedRows x = input(ExpertMatrix.GATE);
      product(ExpertMatrix.GATE, x, gate);
      boolean same = format(ExpertMatrix.UP) == format(ExpertMatrix.GATE);
      product(ExpertMatrix.UP, same ? x : input(ExpertMatrix.UP), up);
      add(ExpertMatrix.GATE, gate);
      add(ExpertMatrix.UP, up);
      bias(c.vectors().gate(), gate);
      bias(c.vectors().up(), up);
    }

    void only(Tensor up) {
      weigh();
      product(ExpertMatrix.UP, input(ExpertMatrix.UP), up);
      add(ExpertMatrix.UP, up);
      bias(c.vectors().up(), up);
    }

    private SimdTensor hidden() {
      return SimdTensor.of(c.buffers().up().rows(0, places));
    }

    void last() {
      Tensor down = c.buffers().down().rows(0, places);
      PackedRows x = slots.pack(of(), format(ExpertMatrix.DOWN), hidden(), false, packedRows());
      product(ExpertMatrix.DOWN, x, down);
      add(ExpertMatrix.DOWN, down);
      bias(c.vectors().down(), down);
    }

    /** Adds to what a product gave. */
    private void add(ExpertMatrix m, Tensor out) {
      for (ExpertAddition a : c.additions(m)) {
        Tensor low = a.low().rows(0, places);
        Tensor wide = a.wide().rows(0, places);
        ActivationLayout floats = kernels.activations(TensorType.F32);
        PackedRows x =
            m == ExpertMatrix.DOWN
                ? slots.pack(of(), floats, hidden(), false, packedRows())
                : input(floats);
        slots.product(of(), SimdTensor.of(a.a().getFirst()), addresses.of(a.a()), x, low);
        PackedRows narrow = slots.pack(of(), floats, SimdTensor.of(low), false, packedRows());
        slots.product(of(), SimdTensor.of(a.b().getFirst()), addresses.of(a.b()), narrow, wide);
        products.wrote(
            rows.elementwise(KernelModule.ADD_SCALED, out, wide, out, a.factor()));
      }
    }

    private boolean weighsInput() {
      return c.routing().weighs() == Routing.Weighs.INPUT;
    }

    private void weigh() {
      if (weighsInput()) {
        Region gathered = SimdTensor.of(c.buffers().gathered().rows(0, places)).region();
        list.add(
            KernelModule.EXPERT_WEIGH,
            places,
            new ExpertWeighArguments(
                SimdTensor.of(c.x()).region(),
                gathered,
                routes.choices,
                routes.places,
                c.x().cols(),
                c.used()));
        products.wrote(gathered);
      }
    }

    private void bias(@Nullable Tensor biases, Tensor out) {
      if (biases != null) {
        Region x = SimdTensor.of(out).region();
        list.add(
            KernelModule.EXPERT_BIAS,
            places,
            new ExpertBiasArguments(x, region(biases), routes.slots, routes.rows, out.cols()));
        products.wrote(x);
      }
    }

    private PackedRows input(ExpertMatrix m) {
      return input(format(m));
    }

    private PackedRows input(ActivationLayout format) {
      if (weighsInput()) {
        Tensor weighed = c.buffers().gathered().rows(0, places);
        return slots.pack(of(), format, SimdTensor.of(weighed), false, packedRows());
      }
      SimdTensor x = SimdTensor.of(c.x());
      return x.rows() == 1
          ? new PackedRows(products.pack(x, format, 1), 0)
          : slots.pack(of(), format, x, true, packedRows());
    }

    private SlotProducts.Slots of() {
      return new SlotProducts.Slots(
          routes.slots, routes.rows, ExpertLayout.slots(c.experts().size(), places), places);
    }

    private long packedRows() {
      return ExpertLayout.packedRows(c.experts().size(), places);
    }

    private void product(ExpertMatrix m, PackedRows x, Tensor out) {
      slots.product(of(), matrix(m), table.matrices(m), x, out);
    }
  }

  private Region sum(Command.Experts c, Routes routes) {
    Region out = SimdTensor.of(c.out()).region();
    int cols = c.out().cols();
    list.add(
        KernelModule.EXPERT_SUM,
        c.out().rows() * SlotProducts.over(cols, ExpertCode.COLUMNS),
        new ExpertSumArguments(
            out,
            SimdTensor.of(c.buffers().down()).region(),
            routes.choices,
            routes.places,
            cols,
            c.used()));
    return out;
  }
}
