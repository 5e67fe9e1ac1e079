package io.wasmchord.web.gpu;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.wgsl.recurrent.Convolutions;
import io.wasmchord.web.wgsl.recurrent.Scans;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands that read and write what a layer keeps from token to token, sequence by sequence. */
final class RecurrentEncoder {
  private final Recorder recorder;

  RecurrentEncoder(Recorder recorder) {
    this.recorder = recorder;
  }

  /** What is recorded of one sequence. */
  @FunctionalInterface
  private interface OfSequence {
    /**
     * @param row its first row
     * @param kept word of what the layer keeps
     */
    void record(SequenceRows rows, int row, int kept, DispatchList.Bound bound);
  }

  private static void each(List<SequenceRows> sequences, int layer, Part part, OfSequence of) {
    int row = 0;
    for (SequenceRows rows : sequences) {
      GpuKvCache cache = GpuKvCache.of(rows.cache());
      int kept = cache.part(part, layer).word();
      of.record(rows, row, kept, DispatchList.Bound.cache(cache.window(layer)));
      row += rows.count();
    }
  }

  private static int word(Tensor tensor) {
    return GpuTensor.of(tensor).data().word();
  }

  private static int word(Tensor tensor, int row) {
    return word(tensor) + row * tensor.cols();
  }

  private static int word(Columns columns, int row) {
    return word(columns.tensor(), row) + columns.from();
  }

  private static int optional(@Nullable Tensor tensor, int row) {
    return tensor == null ? Scans.NONE : word(tensor, row);
  }

  void shortConv(Command.ShortConv c) {
    each(
        c.sequences(),
        c.layer(),
        Part.ROWS,
        (rows, row, past, bound) ->
            recorder.add(
                "shortConv",
                Convolutions::shortConv,
                new Convolutions.Short(
                    word(c.x(), row),
                    word(c.inGate(), row),
                    word(c.outGate(), row),
                    word(c.weight()),
                    word(c.out(), row),
                    past,
                    rows.count(),
                    c.x().cols(),
                    c.kernelSize(),
                    rows.position(),
                    rows.cache().spec().capacity(c.layer())),
                bound));
  }

  void causalConv(Command.CausalConv c) {
    each(
        c.sequences(),
        c.layer(),
        Part.STATES,
        (rows, row, state, bound) ->
            recorder.add(
                "causalConv",
                Convolutions::causalConv,
                new Convolutions.Causal(
                    word(c.x(), row),
                    word(c.weight()),
                    optional(c.bias(), 0),
                    word(c.out(), row),
                    state + c.offset(),
                    rows.count(),
                    c.x().cols(),
                    c.kernelSize(),
                    rows.position(),
                    c.silu() ? 1 : 0),
                bound));
  }

  void tokenShift(Command.TokenShift c) {
    each(
        c.sequences(),
        c.layer(),
        Part.STATES,
        (rows, row, state, bound) ->
            recorder.add(
                "tokenShift",
                Convolutions::tokenShift,
                new Convolutions.Shift(
                    word(c.x(), row),
                    word(c.out(), row),
                    state + c.offset(),
                    rows.count(),
                    c.x().cols(),
                    rows.position()),
                bound));
  }

  void deltaNet(Command.DeltaNet c) {
    each(
        c.sequences(),
        c.layer(),
        Part.STATES,
        (rows, row, state, bound) ->
            recorder.add(
                "deltaNet",
                Scans::deltaNet,
                new Scans.Delta(
                    word(c.q(), row),
                    c.q().tensor().cols(),
                    word(c.k(), row),
                    c.k().tensor().cols(),
                    word(c.v(), row),
                    c.v().tensor().cols(),
                    word(c.decay(), row),
                    c.decay().cols(),
                    word(c.beta(), row),
                    word(c.out(), row),
                    state + c.offset(),
                    rows.count(),
                    c.heads(),
                    c.keyHeads(),
                    c.keyDim(),
                    c.valueDim(),
                    c.tiled() ? 1 : 0,
                    c.scale(),
                    rows.position()),
                bound));
  }

  void ssmScan(Command.SsmScan c) {
    each(
        c.sequences(),
        c.layer(),
        Part.STATES,
        (rows, row, state, bound) ->
            recorder.add(
                "ssmScan",
                Scans::ssmScan,
                new Scans.Ssm(
                    word(c.x(), row),
                    c.x().tensor().cols(),
                    word(c.dt(), row),
                    word(c.a()),
                    word(c.b(), row),
                    c.b().tensor().cols(),
                    word(c.c(), row),
                    c.c().tensor().cols(),
                    word(c.d()),
                    word(c.out(), row),
                    state + c.offset(),
                    rows.count(),
                    c.channels(),
                    c.heads(),
                    c.groups(),
                    c.size(),
                    rows.position()),
                bound));
  }

  void wkv(Command.Wkv c) {
    each(
        c.sequences(),
        c.layer(),
        Part.STATES,
        (rows, row, state, bound) ->
            recorder.add(
                "wkv",
                Scans::wkv,
                new Scans.Wkv(
                    word(c.r(), row),
                    word(c.w(), row),
                    word(c.k(), row),
                    word(c.v(), row),
                    optional(c.a(), row),
                    optional(c.b(), row),
                    word(c.out(), row),
                    state + c.offset(),
                    rows.count(),
                    c.heads(),
                    c.headDim(),
                    rows.position()),
                bound));
  }
}
