package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AddBiasArguments;
import io.wasmchord.web.kernels.arguments.AddGatedArguments;
import io.wasmchord.web.kernels.arguments.ArgMaxArguments;
import io.wasmchord.web.kernels.arguments.CopyHeadsArguments;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.NormArguments;
import io.wasmchord.web.kernels.arguments.RopeArguments;
import io.wasmchord.web.kernels.arguments.ScaleRowsArguments;
import io.wasmchord.web.kernels.arguments.ShortConvArguments;
import io.wasmchord.web.kernels.arguments.TopKArguments;
import io.wasmchord.web.kernels.arguments.XieluArguments;
import io.wasmchord.web.kernels.rows.ShortConvCode;
import io.wasmchord.web.memory.Region;

/** The commands between products and attention, as kernels. Each returns what it writes. */
final class RowEncoder {
  private final CommandList list;

  RowEncoder(CommandList list) {
    this.list = list;
  }

  Region norm(Kernel<NormArguments> kernel, Tensor x, Tensor by, float eps, Tensor to) {
    SimdTensor from = SimdTensor.of(x);
    SimdTensor weight = SimdTensor.of(by);
    Region out = SimdTensor.of(to).region();
    list.add(
        kernel,
        (int) (from.values() / weight.cols()),
        new NormArguments(from.region(), weight.region(), out, weight.cols(), eps, weight.rows()));
    return out;
  }

  Region addBias(Command.AddBias c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region bias = SimdTensor.of(c.bias()).region();
    list.add(KernelModule.ADD_BIAS, x.rows(), new AddBiasArguments(x.region(), bias, x.cols()));
    return x.region();
  }

  Region addGated(Command.AddGated c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region y = SimdTensor.of(c.y()).region();
    Region logits = SimdTensor.of(c.logits()).region();
    list.add(
        KernelModule.ADD_GATED, x.rows(), new AddGatedArguments(x.region(), y, logits, x.cols()));
    return x.region();
  }

  Region scaleRows(Command.ScaleRows c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region factors = SimdTensor.of(c.factors()).region();
    list.add(
        KernelModule.SCALE_ROWS, x.rows(), new ScaleRowsArguments(x.region(), factors, x.cols()));
    return x.region();
  }

  Region xielu(Command.Xielu c) {
    SimdTensor x = SimdTensor.of(c.x());
    int count = (int) x.values();
    list.add(
        KernelModule.XIELU,
        (count + ElementwiseArguments.ELEMENTS - 1) / ElementwiseArguments.ELEMENTS,
        new XieluArguments(x.region(), count, c.negative(), c.positive(), c.beta(), c.limit()));
    return x.region();
  }

  Region rope(Command.Rope c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor table = SimdTensor.of(c.table());
    int heads = x.cols() / c.headDim();
    list.add(
        KernelModule.rope(c.order()),
        x.rows() * heads,
        new RopeArguments(x.region(), table.region(), heads, c.headDim(), table.cols() / 2));
    return x.region();
  }

  Region shortConv(Command.ShortConv c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      shortConv(c, rows, first);
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  private void shortConv(Command.ShortConv c, SequenceRows rows, int first) {
    SimdTensor past = SimdTensor.of(rows.cache().rows(c.layer()));
    int cols = c.x().cols();
    list.add(
        KernelModule.SHORT_CONV,
        (cols + ShortConvCode.COLUMNS - 1) / ShortConvCode.COLUMNS,
        new ShortConvArguments(
            SimdTensor.of(c.x()).rows(first, rows.count()).region(),
            SimdTensor.of(c.inGate()).rows(first, rows.count()).region(),
            SimdTensor.of(c.outGate()).rows(first, rows.count()).region(),
            SimdTensor.of(c.weight()).region(),
            past.region(),
            SimdTensor.of(c.out()).rows(first, rows.count()).region(),
            rows.count(),
            cols,
            c.kernelSize(),
            rows.position(),
            past.rows()));
  }

  Region copyHeads(Command.CopyHeads c) {
    HeadValues from = c.from();
    HeadValues to = c.to();
    Region out = SimdTensor.of(to.tensor()).region();
    list.add(
        KernelModule.COPY_HEADS,
        c.tokens() * c.heads(),
        new CopyHeadsArguments(
            SimdTensor.of(from.tensor()).region(),
            out,
            4 * from.offset(),
            4 * to.offset(),
            4 * from.tokenStride(),
            4 * from.headStride(c.heads()),
            4 * to.tokenStride(),
            4 * to.headStride(c.heads()),
            c.heads(),
            4 * c.count()));
    return out;
  }

  Region argMax(Command.ArgMax c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region index = SimdTensor.of(c.index()).region();
    Region value = SimdTensor.of(c.value()).region();
    list.add(
        KernelModule.ARG_MAX,
        x.rows(),
        new ArgMaxArguments(x.region(), index, value, x.cols(), c.count()));
    return value;
  }

  Region topK(Command.TopK c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region indices = SimdTensor.of(c.indices()).region();
    Region values = SimdTensor.of(c.values()).region();
    list.add(
        KernelModule.TOP_K,
        x.rows(),
        new TopKArguments(x.region(), indices, values, x.cols(), c.count(), c.k()));
    return values;
  }

  /** Copies by multiplying with 1, so that rows are shared among the threads. */
  Region gather(Command.Gather c) {
    for (int i = 0; i < c.rows().length; i++) {
      Tensor row = c.x().rows(c.rows()[i], 1);
      elementwise(KernelModule.SCALE, row, row, c.out().rows(i, 1), 1f);
    }
    return SimdTensor.of(c.out()).region();
  }

  Region elementwise(
      Kernel<ElementwiseArguments> kernel, Tensor x, Tensor y, Tensor to, float factor) {
    SimdTensor a = SimdTensor.of(x);
    Region b = SimdTensor.of(y).region();
    Region out = SimdTensor.of(to).region();
    int count = (int) a.values();
    list.add(
        kernel,
        (count + ElementwiseArguments.ELEMENTS - 1) / ElementwiseArguments.ELEMENTS,
        new ElementwiseArguments(a.region(), b, out, count, factor));
    return out;
  }
}
