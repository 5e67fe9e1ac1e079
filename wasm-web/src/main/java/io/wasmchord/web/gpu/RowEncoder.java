package io.wasmchord.web.gpu;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.wgsl.rows.Copies;
import io.wasmchord.web.wgsl.rows.Elementwise;
import io.wasmchord.web.wgsl.rows.Mixes;
import io.wasmchord.web.wgsl.rows.Norm;
import io.wasmchord.web.wgsl.rows.Rank;
import io.wasmchord.web.wgsl.rows.Rope;
import io.wasmchord.web.wgsl.rows.RowSums;
import io.wasmchord.web.wgsl.rows.Rowwise;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.function.Supplier;

/** Commands whose values, or rows, are each computed on their own. */
final class RowEncoder {
  private final Recorder recorder;

  RowEncoder(Recorder recorder) {
    this.recorder = recorder;
  }

  private static int word(Tensor tensor) {
    return GpuTensor.of(tensor).data().word();
  }

  void norm(
      String key,
      Supplier<GpuKernel<Norm.Arguments>> kernel,
      Tensor x,
      Tensor weight,
      float eps,
      Tensor out) {
    int runs = GpuTensor.of(x).values() / weight.cols();
    recorder.add(
        key,
        kernel,
        new Norm.Arguments(
            word(x), word(weight), word(out), weight.cols(), weight.rows(), runs, eps));
  }

  void elementwise(
      String key,
      Supplier<GpuKernel<Elementwise.Arguments>> kernel,
      Tensor x,
      Tensor y,
      Tensor out,
      float factor) {
    recorder.add(
        key,
        kernel,
        new Elementwise.Arguments(word(x), word(y), word(out), GpuTensor.of(x).values(), factor));
  }

  void rowwise(
      String key,
      Supplier<GpuKernel<Rowwise.Arguments>> kernel,
      Tensor x,
      Tensor y,
      Tensor by,
      int each) {
    recorder.add(
        key,
        kernel,
        new Rowwise.Arguments(
            word(x), word(y), word(by), x.cols(), GpuTensor.of(x).values(), each));
  }

  void rope(Command.Rope c) {
    recorder.add(
        "rope " + c.order(),
        () -> Rope.kernel(c.order()),
        new Rope.Arguments(
            word(c.x()),
            word(c.table()),
            c.x().rows(),
            c.x().cols() / c.headDim(),
            c.headDim(),
            c.table().cols() / 2));
  }

  /** Rows of a cache are copied; those of activations a kernel gathers. */
  void gather(Command.Gather c) {
    GpuTensor x = GpuTensor.of(c.x());
    GpuTensor out = GpuTensor.of(c.out());
    if (x.inArena() && out.inArena()) {
      int ids = recorder.words(c.rows()).word();
      recorder.add(
          "gather",
          Copies::gather,
          new Copies.Gather(word(x), ids, word(out), x.cols(), c.rows().length));
      return;
    }
    for (int i = 0; i < c.rows().length; i++) {
      recorder.list().copy(x.rows(c.rows()[i], 1).data(), out.rows(i, 1).data());
    }
  }

  /** The largest {@code k} values of rows. */
  void rank(Tensor x, int count, int k, Tensor indices, Tensor values) {
    recorder.add(
        "topK",
        Rank::topK,
        new Rank.Arguments(word(x), word(indices), word(values), x.cols(), count, k, x.rows()));
  }

  void l2Norm(Command.L2Norm c) {
    Tensor all = c.x().tensor();
    int x = word(all) + c.x().from();
    recorder.add(
        "l2Norm",
        RowSums::l2Norm,
        new RowSums.Arguments(x, x, c.size(), c.runs(), all.rows(), all.cols(), c.eps()));
  }

  void matchLength(Command.MatchLength c) {
    int n = c.x().cols();
    recorder.add(
        "matchLength",
        RowSums::matchLength,
        new RowSums.Arguments(word(c.x()), word(c.like()), n, 1, c.x().rows(), n, c.eps()));
  }

  void sparsify(Command.Sparsify c) {
    int n = c.x().cols();
    int x = word(c.x());
    recorder.add(
        "sparsify",
        RowSums::sparsify,
        new RowSums.Arguments(x, x, n, 1, c.x().rows(), n, c.deviations()));
  }

  void addMixed(Command.AddMixed c) {
    recorder.add(
        "addMixed",
        Mixes::addMixed,
        new Mixes.Mixed(
            word(c.x()),
            word(c.factors()),
            word(c.out().tensor()) + c.out().from(),
            c.width(),
            c.runs(),
            c.outRuns(),
            c.x().rows(),
            c.out().tensor().cols(),
            c.constant() ? 0 : c.factors().cols()));
  }

  void addBonus(Command.AddBonus c) {
    recorder.add(
        "addBonus",
        Mixes::addBonus,
        new Mixes.Bonus(
            word(c.x()),
            word(c.r()),
            word(c.k()),
            word(c.v()),
            word(c.factors()),
            c.headDim(),
            c.x().cols(),
            c.x().rows()));
  }

  void xielu(Command.Xielu c) {
    recorder.add(
        "xielu",
        Mixes::xielu,
        new Mixes.Xielu(
            word(c.x()),
            GpuTensor.of(c.x()).values(),
            c.negative(),
            c.positive(),
            c.beta(),
            c.limit()));
  }

  void copyColumns(Command.CopyColumns c) {
    int width = c.width();
    recorder.add(
        "copy runs",
        Copies::runs,
        new Copies.Runs(
            word(c.x()) + c.from(),
            word(c.out()),
            c.x().rows(),
            c.out().cols() / width,
            width,
            c.x().cols(),
            c.stride(),
            c.out().cols(),
            width));
  }

  void copyHeads(Command.CopyHeads c) {
    HeadValues from = c.from();
    HeadValues to = c.to();
    recorder.add(
        "copy runs",
        Copies::runs,
        new Copies.Runs(
            word(from.tensor()) + from.offset(),
            word(to.tensor()) + to.offset(),
            c.tokens(),
            c.heads(),
            c.count(),
            from.tokenStride(),
            from.headStride(c.heads()),
            to.tokenStride(),
            to.headStride(c.heads())));
  }
}
