package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the steps of a mixture's layer: its products, what adapters add to them, and the sum. */
final class MixtureSteps {
  private final ProductSteps products;
  private final Consumer<Command> others;
  private final int threads;
  private final List<WorkerPool.Step<KernelScratch>> steps;

  /**
   * @param products has weights and rooms for activations
   * @param others makes the steps of commands that are no products
   * @param threads that share the work
   * @param steps where steps are added
   */
  MixtureSteps(
      ProductSteps products,
      Consumer<Command> others,
      int threads,
      List<WorkerPool.Step<KernelScratch>> steps) {
    this.products = products;
    this.others = others;
    this.threads = threads;
    this.steps = steps;
  }

  /** An addition and its two products. */
  private record Added(
      ExpertAddition addition,
      Activations x,
      ExpertSteps.Products low,
      Activations narrow,
      ExpertSteps.Products wide) {}

  private static Partner partner(Tensor weight) {
    return WeightFormat.of(weight.type().format()).partner();
  }

  private Activations room(Partner format, int places, int cols) {
    return products.room(format, Activations.Form.ALL, places, cols);
  }

  /** A mixture's layer. */
  void encode(Command.Experts c) {
    ExpertSteps mixture = new ExpertSteps(c, products, threads);
    Expert first = c.experts().getFirst();
    Partner gated = partner(first.first());
    Partner upped = partner(first.up());
    int places = mixture.places();
    boolean single = mixture.single();
    Activations in = taken(c, single, gated, places);
    Activations other = upped == gated ? in : taken(c, single, upped, places);
    Activations hidden = room(partner(first.down()), places, first.up().rows());
    Tensor gate = c.buffers().gate();
    Tensor up = c.buffers().up();
    Tensor down = c.buffers().down();
    List<ExpertSteps.Products> ups = new ArrayList<>();
    if (c.gated()) {
      ups.add(mixture.new Products(ExpertMatrix.GATE, in, single, gate));
    }
    ups.add(mixture.new Products(ExpertMatrix.UP, other, single, up));
    ExpertSteps.Products downs = mixture.new Products(ExpertMatrix.DOWN, hidden, false, down);
    List<ExpertSteps.Products> all = new ArrayList<>(ups);
    all.add(downs);
    List<Added> added = added(c, mixture);
    added.forEach(a -> all.addAll(List.of(a.low, a.wide)));
    steps.add(mixture.route(all));
    steps.add(mixture.pack());
    if (!single) {
      fill(mixture, upped == gated ? List.of(in) : List.of(in, other));
    }
    for (ExpertSteps.Products p : ups) {
      steps.add(p.step(p != ups.getFirst()));
    }
    add(added, ExpertMatrix.GATE, mixture, gate);
    add(added, ExpertMatrix.UP, mixture, up);
    if (c.gated()) {
      bias(mixture, c.vectors().gate(), gate);
    }
    bias(mixture, c.vectors().up(), up);
    activate(c, gate.rows(0, places), up.rows(0, places));
    steps.add(hidden.fill(VectorTensor.of(up).address(), places));
    steps.add(downs.step(false));
    add(added, ExpertMatrix.DOWN, mixture, down);
    bias(mixture, c.vectors().down(), down);
    steps.add(mixture.sum());
  }

  /** What the first products take: the one row as it is, or room for the rows of all places. */
  private Activations taken(Command.Experts c, boolean single, Partner format, int places) {
    VectorTensor x = VectorTensor.of(c.x());
    return single
        ? products.filled(x, format, Activations.Form.ALL)
        : room(format, places, x.cols());
  }

  private void activate(Command.Experts c, Tensor gate, Tensor up) {
    others.accept(
        c.gated()
            ? new Command.Gate(gate, up, c.activation(), c.limit(), up)
            : new Command.Activate(up, c.activation()));
  }

  private List<Added> added(Command.Experts c, ExpertSteps mixture) {
    List<Added> added = new ArrayList<>();
    for (ExpertAddition a : c.additions()) {
      Activations x = room(Partner.FLOATS, mixture.places(), a.a().getFirst().cols());
      Activations narrow = room(Partner.FLOATS, mixture.places(), a.low().cols());
      added.add(
          new Added(
              a,
              x,
              mixture.new Products(a.a()::get, x, false, a.low()),
              narrow,
              mixture.new Products(a.b()::get, narrow, false, a.wide())));
    }
    return added;
  }

  /**
   * Adds to what a product gave. Rooms of one width are one: each is filled just before its use.
   */
  private void add(List<Added> all, ExpertMatrix matrix, ExpertSteps mixture, Tensor out) {
    Command.Experts c = mixture.command();
    for (Added added : all) {
      ExpertAddition a = added.addition;
      if (a.to() == matrix) {
        steps.add(
            matrix == ExpertMatrix.DOWN
                ? added.x.fill(VectorTensor.of(c.buffers().up()).address(), mixture.places())
                : filled(mixture, added.x));
        steps.add(added.low.step(false));
        steps.add(added.narrow.fill(VectorTensor.of(a.low()).address(), mixture.places()));
        steps.add(added.wide.step(false));
        Tensor sum = out.rows(0, mixture.places());
        others.accept(new Command.AddScaled(sum, a.wide().rows(0, mixture.places()), a.factor()));
      }
    }
  }

  /** Fills what the products of places take: rows of the batch, or these times their weights. */
  private void fill(ExpertSteps mixture, List<Activations> activations) {
    if (mixture.weighsInput()) {
      steps.add(mixture.weigh());
    }
    activations.forEach(a -> steps.add(filled(mixture, a)));
  }

  private static WorkerPool.Step<KernelScratch> filled(
      ExpertSteps mixture, Activations activations) {
    Command.Experts c = mixture.command();
    return mixture.weighsInput()
        ? activations.fill(VectorTensor.of(c.buffers().gathered()).address(), mixture.places())
        : activations.fill(VectorTensor.of(c.x()).address(), mixture.places(), mixture::row);
  }

  private void bias(ExpertSteps mixture, @Nullable Tensor biases, Tensor out) {
    if (biases != null) {
      steps.add(mixture.bias(biases, out));
    }
  }
}
