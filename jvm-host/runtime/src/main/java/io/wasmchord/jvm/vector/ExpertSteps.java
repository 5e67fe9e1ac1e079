package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.ExpertRouting;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts as steps of a list. Which products there are is known when the first step
 * has run; what the later ones do hangs on it, so that no list ends at a router.
 */
final class ExpertSteps {
  private static final int SUMMED = 1024; // values in a unit of the last step

  private final Command.Experts c;
  private final Source source;
  private final int threads;
  private final int rows;
  private ExpertRouting routing =
      new ExpertRouting(new int[0], new int[1], new int[0], new float[0], new int[0]);
  private final List<WeightRows> fresh = new ArrayList<>();

  /** Where logits and weights come from while a list runs. */
  interface Source {
    float[] values(Tensor activation);

    /**
     * A weight's rows as products take them.
     *
     * @param fresh takes those that must be packed before
     */
    WeightRows rows(Tensor weight, List<WeightRows> fresh);
  }

  ExpertSteps(Command.Experts c, Source source, int threads) {
    this.c = c;
    this.source = source;
    this.threads = threads;
    this.rows = c.x().rows();
  }

  Command.Experts command() {
    return c;
  }

  /** Whether all products of the first stage take the same row as it is. */
  boolean single() {
    return rows == 1 && !weighsInput();
  }

  /** Whether weights multiply what experts are given. */
  boolean weighsInput() {
    return c.routing().weighs() == Routing.Weighs.INPUT;
  }

  /** Places of all rows. */
  int places() {
    return rows * c.used();
  }

  private float[] values(@Nullable Tensor vector) {
    return vector == null ? new float[0] : source.values(vector);
  }

  /** The step that decides, and asks for the chosen experts' weights. */
  WorkerPool.Step<KernelScratch> route(List<Products> products) {
    return RangeStep.rows(
        "route",
        1,
        (from, count) -> {
          float[] logits = source.values(c.logits());
          ExpertVectors vectors = c.vectors();
          float[] selection = values(vectors.selection());
          float[] scales = values(vectors.scales());
          routing =
              ExpertRouting.of(
                  logits,
                  new ExpertRouting.Router(c.routing(), c.experts().size(), selection, scales));
          fresh.clear();
          for (Products p : products) {
            p.choose();
          }
        });
  }

  /** The step that packs the weights whose first product this is. */
  WorkerPool.Step<KernelScratch> pack() {
    return new Packing(fresh);
  }

  /** The step that gathers rows times their weights. */
  WorkerPool.Step<KernelScratch> weigh() {
    int cols = c.x().cols();
    long x = VectorTensor.of(c.x()).address();
    long gathered = VectorTensor.of(c.buffers().gathered()).address();
    return RangeStep.rows(
        "weighRows",
        places(),
        (from, count) -> {
          for (int place = from; place < from + count; place++) {
            float weight = routing.weights()[place];
            long in = x + 4L * row(place) * cols;
            long out = gathered + 4L * place * cols;
            for (long i = 0; i < cols; i++) {
              float value = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, in + 4 * i);
              ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, out + 4 * i, value * weight);
            }
          }
        });
  }

  /** The step that adds each place's row of its expert's biases. */
  WorkerPool.Step<KernelScratch> bias(Tensor biases, Tensor out) {
    int cols = out.cols();
    long from = VectorTensor.of(biases).address();
    long to = VectorTensor.of(out).address();
    return RangeStep.rows(
        "addBias",
        places(),
        (first, count) -> {
          for (int place = first; place < first + count; place++) {
            add(to + 4L * place * cols, from + 4L * routing.expert(place) * cols, cols);
          }
        });
  }

  private static void add(long x, long y, int n) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector sum = Lanes.floats(x + 4L * i).add(Lanes.floats(y + 4L * i));
      sum.intoMemorySegment(ALL, x + 4L * i, LITTLE);
    }
    for (; i < n; i++) {
      float sum =
          ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4L * i)
              + ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, y + 4L * i);
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4L * i, sum);
    }
  }

  /** The row of the batch at a place. */
  int row(int place) {
    return routing.rows()[place];
  }

  /** One of the three products of every chosen expert. */
  final class Products {
    private final IntFunction<Tensor> matrix;
    private final Activations x;
    private final boolean shared;
    private final Tensor out;
    private final List<Product> chosen = new ArrayList<>();

    /**
     * @param x a row for each place, or one for all
     * @param out a row for each place
     */
    Products(ExpertMatrix matrix, Activations x, boolean shared, Tensor out) {
      this(e -> matrix.of(c.experts().get(e)), x, shared, out);
    }

    /**
     * @param matrix that of an expert
     */
    Products(IntFunction<Tensor> matrix, Activations x, boolean shared, Tensor out) {
      this.matrix = matrix;
      this.x = x;
      this.shared = shared;
      this.out = out;
    }

    private void choose() {
      chosen.clear();
      int[] starts = routing.starts();
      for (int i = 0; i < routing.experts().length; i++) {
        Tensor weight = matrix.apply(routing.experts()[i]);
        long to = VectorTensor.of(out).address() + 4L * starts[i] * out.cols();
        chosen.add(
            Product.of(
                source.rows(weight, fresh),
                shared ? x : x.from(starts[i]),
                new Product.Target(to, 0, starts[i + 1] - starts[i], threads, false)));
      }
    }

    /**
     * The step that computes them.
     *
     * @param independent whether the step before need not have ended
     */
    WorkerPool.Step<KernelScratch> step(boolean independent) {
      int groups = WeightRows.groups(out.cols());
      String label = "matmul " + matrix.apply(0).type();
      return new ProductSet(label, chosen, groups, threads, independent);
    }
  }

  /** The step that adds what the experts gave, in the order of their numbers. */
  WorkerPool.Step<KernelScratch> sum() {
    int cols = c.out().cols();
    int spans = (cols + SUMMED - 1) / SUMMED;
    long out = VectorTensor.of(c.out()).address();
    long results = VectorTensor.of(c.buffers().down()).address();
    return RangeStep.rows(
        "addExperts",
        rows * spans,
        (from, count) -> {
          for (int unit = from; unit < from + count; unit++) {
            int first = unit % spans * SUMMED;
            sum(out, results, unit / spans, first, Math.min(cols, first + SUMMED));
          }
        });
  }

  private void sum(long out, long results, int row, int from, int to) {
    int cols = c.out().cols();
    int[] places = routing.places();
    float[] weights = weighsInput() ? ones(places.length) : routing.weights();
    long x = out + 4L * row * cols;
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      FloatVector sum = Lanes.floats(x + 4L * i);
      for (int j = row * c.used(); j < (row + 1) * c.used(); j++) {
        long y = results + 4L * ((long) places[j] * cols + i);
        sum = sum.add(Lanes.floats(y).mul(weights[places[j]]));
      }
      sum.intoMemorySegment(ALL, x + 4L * i, LITTLE);
    }
    for (; i < to; i++) {
      float sum = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4L * i);
      for (int j = row * c.used(); j < (row + 1) * c.used(); j++) {
        long y = results + 4L * ((long) places[j] * cols + i);
        sum = sum + ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, y) * weights[places[j]];
      }
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4L * i, sum);
    }
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1f);
    return ones;
  }
}
