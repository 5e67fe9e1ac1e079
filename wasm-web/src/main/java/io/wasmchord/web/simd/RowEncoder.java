package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.RowCode;
import io.wasmchord.web.kernels.ShortConvCode;
import java.util.List;
import java.util.Objects;

/** The commands between products and attention, as kernels. Each returns what it writes. */
final class RowEncoder {
  private final KernelModule kernels;
  private final CommandList list;

  RowEncoder(KernelModule kernels, CommandList list) {
    this.kernels = kernels;
    this.list = list;
  }

  private int kernel(String name) {
    return Objects.requireNonNull(kernels.table().get(name), name);
  }

  Region norm(String name, Tensor of, Tensor by, float eps, Tensor to) {
    SimdTensor x = SimdTensor.of(of);
    SimdTensor weight = SimdTensor.of(by);
    SimdTensor out = SimdTensor.of(to);
    int groups = (int) (x.values() / weight.cols());
    list.add(kernel(name), groups, List.of(Region.of(x)), Region.of(out))
        .put(x.address())
        .put(weight.address())
        .put(out.address())
        .put(weight.cols())
        .put(eps)
        .put(weight.rows());
    return Region.of(out);
  }

  Region addBias(Command.AddBias c) {
    SimdTensor x = SimdTensor.of(c.x());
    list.add(kernel("addBias"), x.rows(), List.of(), Region.of(x))
        .put(x.address())
        .put(SimdTensor.of(c.bias()).address())
        .put(x.address())
        .put(x.cols());
    return Region.of(x);
  }

  Region addGated(Command.AddGated c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor y = SimdTensor.of(c.y());
    SimdTensor logits = SimdTensor.of(c.logits());
    List<Region> read = List.of(Region.of(y), Region.of(logits));
    list.add(kernel("addGated"), x.rows(), read, Region.of(x))
        .put(x.address())
        .put(y.address())
        .put(logits.address())
        .put(x.cols());
    return Region.of(x);
  }

  Region rope(Command.Rope c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor table = SimdTensor.of(c.table());
    RopeOrder order = c.order();
    int heads = x.cols() / c.headDim();
    List<Region> read = List.of(Region.of(table));
    list.add(kernel(KernelModule.rope(order)), x.rows() * heads, read, Region.of(x))
        .put(x.address())
        .put(table.address())
        .put(heads)
        .put(c.headDim())
        .put(table.cols() / 2);
    return Region.of(x);
  }

  Region shortConv(Command.ShortConv c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor in = SimdTensor.of(c.inGate());
    SimdTensor by = SimdTensor.of(c.outGate());
    SimdTensor past = SimdTensor.of(c.past());
    SimdTensor out = SimdTensor.of(c.out());
    int units = (x.cols() + ShortConvCode.COLUMNS - 1) / ShortConvCode.COLUMNS;
    List<Region> read = List.of(Region.of(x), Region.of(in), Region.of(by));
    list.add(kernel("shortConv"), units, read, Region.of(past), Region.of(out))
        .put(x.address())
        .put(in.address())
        .put(by.address())
        .put(SimdTensor.of(c.weight()).address())
        .put(past.address())
        .put(out.address())
        .put(x.rows())
        .put(x.cols())
        .put(c.seen())
        .put(c.position())
        .put(past.rows());
    return Region.of(out);
  }

  /** Copies by multiplying with 1, so that rows are shared among the threads. */
  Region gather(Command.Gather c) {
    for (int i = 0; i < c.rows().length; i++) {
      Tensor row = c.x().rows(c.rows()[i], 1);
      elementwise("scale", row, row, c.out().rows(i, 1), 1f);
    }
    return Region.of(SimdTensor.of(c.out()));
  }

  Region elementwise(String name, Tensor x, Tensor y, Tensor out, float factor) {
    SimdTensor a = SimdTensor.of(x);
    SimdTensor b = SimdTensor.of(y);
    SimdTensor to = SimdTensor.of(out);
    int count = (int) a.values();
    List<Region> read = List.of(Region.of(a), Region.of(b));
    list.add(kernel(name), (count + RowCode.ELEMENTS - 1) / RowCode.ELEMENTS, read, Region.of(to))
        .put(a.address())
        .put(b.address())
        .put(to.address())
        .put(count)
        .put(factor);
    return Region.of(to);
  }
}
