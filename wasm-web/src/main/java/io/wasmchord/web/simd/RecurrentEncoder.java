package io.wasmchord.web.simd;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AddBonusArguments;
import io.wasmchord.web.kernels.arguments.CausalConvArguments;
import io.wasmchord.web.kernels.arguments.CopyColumnsArguments;
import io.wasmchord.web.kernels.arguments.DeltaNetArguments;
import io.wasmchord.web.kernels.arguments.L2NormArguments;
import io.wasmchord.web.kernels.arguments.ScaleColumnsArguments;
import io.wasmchord.web.kernels.arguments.SsmScanArguments;
import io.wasmchord.web.kernels.arguments.TokenShiftArguments;
import io.wasmchord.web.kernels.arguments.WkvArguments;
import io.wasmchord.web.kernels.recurrent.CausalConvCode;
import io.wasmchord.web.kernels.recurrent.SsmScanCode;
import io.wasmchord.web.kernels.recurrent.TimeMixCode;
import io.wasmchord.web.memory.Region;

/** The commands of recurrent layers, as kernels. Each returns what it writes. */
final class RecurrentEncoder {
  private final CommandList list;
  private final KernelScratch scratch;

  RecurrentEncoder(CommandList list, KernelScratch scratch) {
    this.list = list;
    this.scratch = scratch;
  }

  Region causalConv(Command.CausalConv c) {
    scratch.require(CausalConvCode.scratchBytes(c.kernelSize()));
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      list.add(
          KernelModule.CAUSAL_CONV,
          (c.x().cols() + CausalConvCode.COLUMNS - 1) / CausalConvCode.COLUMNS,
          new CausalConvArguments(
              rows(c.x(), first, rows),
              SimdTensor.of(c.weight()).region(),
              SimdTensor.of(c.bias() == null ? c.weight() : c.bias()).region(),
              state(rows, c.layer(), c.offset(), c.stateValues()),
              rows(c.out(), first, rows),
              rows.count(),
              c.x().cols(),
              c.kernelSize(),
              rows.position(),
              c.bias() == null ? 0 : 1,
              c.silu() ? 1 : 0));
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  Region l2Norm(Command.L2Norm c) {
    Tensor x = c.x().tensor();
    list.add(
        KernelModule.L2_NORM,
        x.rows() * c.runs(),
        new L2NormArguments(from(c.x()), x.cols(), c.runs(), c.size(), c.eps()));
    return SimdTensor.of(x).region();
  }

  Region scaleColumns(Command.ScaleColumns c) {
    Region x = SimdTensor.of(c.x()).region();
    Region factors = SimdTensor.of(c.factors()).region();
    list.add(
        KernelModule.SCALE_COLUMNS,
        c.x().rows(),
        new ScaleColumnsArguments(x, factors, c.x().cols(), c.each()));
    return x;
  }

  Region copyColumns(Command.CopyColumns c) {
    Region out = SimdTensor.of(c.out()).region();
    Columns from = new Columns(c.x(), c.from(), c.x().cols() - c.from());
    list.add(
        KernelModule.COPY_COLUMNS,
        c.x().rows(),
        new CopyColumnsArguments(
            from(from), out, c.x().cols(), c.out().cols(), c.width(), c.stride()));
    return out;
  }

  Region deltaNet(Command.DeltaNet c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      deltaNet(c, rows, first);
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  private void deltaNet(Command.DeltaNet c, SequenceRows rows, int first) {
    list.add(
        KernelModule.DELTA_NET,
        c.heads() * StateBlocks.count(c.valueDim()),
        new DeltaNetArguments(
            from(c.q().rows(first, rows.count())),
            from(c.k().rows(first, rows.count())),
            from(c.v().rows(first, rows.count())),
            rows(c.decay(), first, rows),
            rows(c.beta(), first, rows),
            state(rows, c.layer(), c.offset(), c.stateValues()),
            rows(c.out(), first, rows),
            c.q().tensor().cols(),
            c.k().tensor().cols(),
            c.v().tensor().cols(),
            c.keyDim(),
            c.valueDim(),
            c.heads(),
            c.tiled() ? 1 : c.heads() / c.keyHeads(),
            c.keyHeads(),
            c.decaysByRow() ? c.keyDim() : 1,
            rows.count(),
            rows.position(),
            c.scale()));
  }

  Region ssmScan(Command.SsmScan c) {
    scratch.require(SsmScanCode.scratchBytes(c.byChannel() ? c.size() : 0));
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      ssmScan(c, rows, first);
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  private void ssmScan(Command.SsmScan c, SequenceRows rows, int first) {
    int together = c.byChannel() ? c.channels() : c.channels() / c.heads();
    list.add(
        c.byChannel() ? KernelModule.SSM_SCAN_CHANNELS : KernelModule.SSM_SCAN_HEADS,
        c.channels() / together * StateBlocks.count(together),
        new SsmScanArguments(
            from(c.x().rows(first, rows.count())),
            rows(c.dt(), first, rows),
            SimdTensor.of(c.a()).region(),
            from(c.b().rows(first, rows.count())),
            from(c.c().rows(first, rows.count())),
            SimdTensor.of(c.d()).region(),
            state(rows, c.layer(), c.offset(), c.stateValues()),
            rows(c.out(), first, rows),
            c.x().tensor().cols(),
            c.b().tensor().cols(),
            c.c().tensor().cols(),
            c.channels(),
            c.heads(),
            together,
            c.size(),
            c.heads() / c.groups(),
            rows.count(),
            rows.position()));
  }

  Region tokenShift(Command.TokenShift c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      list.add(
          KernelModule.TOKEN_SHIFT,
          (c.x().cols() + TimeMixCode.COLUMNS - 1) / TimeMixCode.COLUMNS,
          new TokenShiftArguments(
              rows(c.x(), first, rows),
              state(rows, c.layer(), c.offset(), c.x().cols()),
              rows(c.out(), first, rows),
              rows.count(),
              c.x().cols(),
              rows.position()));
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  Region wkv(Command.Wkv c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      wkv(c, rows, first);
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  private void wkv(Command.Wkv c, SequenceRows rows, int first) {
    list.add(
        c.a() == null ? KernelModule.WKV : KernelModule.WKV_DELTA,
        c.heads() * StateBlocks.count(c.headDim()),
        new WkvArguments(
            rows(c.r(), first, rows),
            rows(c.w(), first, rows),
            rows(c.k(), first, rows),
            rows(c.v(), first, rows),
            rows(c.a() == null ? c.k() : c.a(), first, rows),
            rows(c.b() == null ? c.k() : c.b(), first, rows),
            state(rows, c.layer(), c.offset(), c.stateValues()),
            rows(c.out(), first, rows),
            c.headDim(),
            c.out().cols(),
            rows.count(),
            rows.position()));
  }

  Region addBonus(Command.AddBonus c) {
    Region x = SimdTensor.of(c.x()).region();
    int heads = c.x().cols() / c.headDim();
    list.add(
        KernelModule.ADD_BONUS,
        c.x().rows() * heads,
        new AddBonusArguments(
            x,
            SimdTensor.of(c.r()).region(),
            SimdTensor.of(c.k()).region(),
            SimdTensor.of(c.factors()).region(),
            SimdTensor.of(c.v()).region(),
            heads,
            c.headDim()));
    return x;
  }

  /** A sequence's rows. */
  private static Region rows(Tensor tensor, int first, SequenceRows rows) {
    return SimdTensor.of(tensor).rows(first, rows.count()).region();
  }

  /** Rows from their first column on. */
  private static Region from(Columns columns) {
    Region all = SimdTensor.of(columns.tensor()).region();
    long before = 4L * columns.from();
    return all.part(before, all.bytes() - before);
  }

  private static Region state(SequenceRows rows, int layer, int offset, int values) {
    return SimdTensor.of(rows.cache().state(layer)).region().part(4L * offset, 4L * values);
  }
}
