package io.wasmchord.web.gpu;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.experts.ExpertRows;
import io.wasmchord.web.wgsl.experts.Route;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.products.Activations;
import io.wasmchord.web.wgsl.products.ExpertProduct;
import io.wasmchord.web.wgsl.products.Product;
import io.wasmchord.web.wgsl.products.Products;
import io.wasmchord.web.wgsl.rows.Elementwise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mixtures of experts. A row has a place for each of its experts, in the order of their numbers;
 * the GPU chooses them, and nobody else learns which.
 */
final class ExpertEncoder {
  private final Recorder recorder;
  private final ProductEncoder products;
  private final ExpertStacks stacks;

  ExpertEncoder(Recorder recorder, ProductEncoder products, ExpertStacks stacks) {
    this.recorder = recorder;
    this.products = products;
    this.stacks = stacks;
  }

  /**
   * What products take.
   *
   * @param word of the first value
   * @param each places that share a row
   * @param cols values in a row
   */
  private record Input(int word, int each, int cols) {}

  private static int word(Tensor tensor) {
    return GpuTensor.of(tensor).data().word();
  }

  private static int optional(@Nullable Tensor tensor) {
    return tensor == null ? Route.NONE : word(tensor);
  }

  void encode(Command.Experts c) {
    int places = c.x().rows() * c.used();
    int ids = recorder.temporary(places).word();
    int weights = recorder.temporary(places).word();
    route(c, ids, weights);
    boolean weighed = c.routing().weighs() == Routing.Weighs.INPUT;
    Input x =
        weighed
            ? new Input(weigh(c, weights), 1, c.x().cols())
            : new Input(word(c.x()), c.used(), c.x().cols());
    int up = product(c, ExpertMatrix.UP, x, ids, c.vectors().up());
    int width = c.experts().getFirst().up().rows();
    if (c.gated()) {
      int gate = product(c, ExpertMatrix.GATE, x, ids, c.vectors().gate());
      recorder.add(
          "gate " + c.activation(),
          () -> Elementwise.gate(c.activation()),
          new Elementwise.Arguments(gate, up, up, places * width, c.limit()));
    } else {
      recorder.add(
          "activate " + c.activation(),
          () -> Elementwise.activate(c.activation()),
          new Elementwise.Arguments(up, up, up, places * width, 0f));
    }
    int down = product(c, ExpertMatrix.DOWN, new Input(up, 1, width), ids, c.vectors().down());
    recorder.add(
        weighed ? "expert plain sum" : "expert sum",
        weighed ? ExpertRows::plainSum : ExpertRows::sum,
        rows(c, down, word(c.out()), weights, ids, c.x().cols()));
  }

  private void route(Command.Experts c, int ids, int weights) {
    Routing r = c.routing();
    recorder.add(
        "route " + r.gating(),
        () -> Route.kernel(r.gating()),
        new Route.Arguments(
            word(c.logits()),
            optional(c.vectors().selection()),
            optional(c.vectors().scales()),
            ids,
            weights,
            c.x().rows(),
            c.experts().size(),
            c.used(),
            r.groups().count(),
            r.groups().used(),
            r.normalized() ? 1 : 0,
            r.scale()));
  }

  private int weigh(Command.Experts c, int weights) {
    int out = recorder.temporary((long) c.x().rows() * c.used() * c.x().cols()).word();
    recorder.add(
        "expert weigh", ExpertRows::weigh, rows(c, word(c.x()), out, weights, 0, c.x().cols()));
    return out;
  }

  private static ExpertRows.Arguments rows(
      Command.Experts c, int x, int out, int by, int ids, int cols) {
    return new ExpertRows.Arguments(x, out, by, ids, cols, c.x().rows(), c.used());
  }

  private int product(
      Command.Experts c, ExpertMatrix matrix, Input x, int ids, @Nullable Tensor bias) {
    List<Tensor> matrices = c.experts().stream().map(matrix::of).toList();
    int rows = matrices.getFirst().rows();
    int places = c.x().rows() * c.used();
    int out = product(matrices, x, ids, places);
    for (ExpertAddition more : c.additions(matrix)) {
      int low = product(more.a(), x, ids, places);
      int wide = product(more.b(), new Input(low, 1, more.low().cols()), ids, places);
      recorder.add(
          "addScaled",
          Elementwise::addScaled,
          new Elementwise.Arguments(out, wide, out, places * rows, more.factor()));
    }
    if (bias != null) {
      recorder.add("expert bias", ExpertRows::addBias, rows(c, out, out, word(bias), ids, rows));
    }
    return out;
  }

  /** The products of places; where they lie. */
  private int product(List<Tensor> matrices, Input x, int ids, int places) {
    GpuTensor first = GpuTensor.of(matrices.getFirst());
    WeightFormat format = WeightFormat.of(first.type().format());
    int out = recorder.temporary((long) places * first.rows()).word();
    int from = x.word;
    if (format.partner() != Partner.FLOATS) {
      int rows = places / x.each;
      from = recorder.temporary((long) rows * Activations.words(format.partner(), x.cols)).word();
      recorder.add(
          "quantize " + format.partner(),
          () -> Activations.quantize(format.partner()),
          new Activations.Arguments(x.word, from, x.cols, rows));
    }
    ExpertStacks.Stack stack = stacks.of(matrices);
    recorder.add(
        "experts " + first.type(),
        () -> Products.experts(format, Place.W0),
        new ExpertProduct(
            new Product(
                from,
                out,
                0,
                stack.first(),
                first.rows(),
                x.cols,
                places,
                first.rows(),
                products.table(format)),
            ids,
            x.each),
        DispatchList.Bound.weight(stack.window()));
    return out;
  }
}
