package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** {@code out = x * weight^T}. A unit is a group of output rows, for all rows of activations. */
abstract class Product implements WorkerPool.Step<KernelScratch> {
  static final int CHUNKS_PER_THREAD = 8;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  final WeightRows weight;
  final Activations x;
  final int tokens;
  final long out;
  final long bias;
  private final int threads;
  private final boolean independent;

  /**
   * Where the result goes, and how.
   *
   * @param out address of the first row
   * @param bias address of what is added to every row, or 0
   * @param tokens rows of activations
   * @param threads that share the work
   * @param independent whether the step before need not have ended
   */
  record Target(long out, long bias, int tokens, int threads, boolean independent) {}

  Product(WeightRows weight, Activations x, Target target) {
    this.weight = weight;
    this.x = x;
    this.tokens = target.tokens;
    this.out = target.out;
    this.bias = target.bias;
    this.threads = target.threads;
    this.independent = target.independent;
  }

  static Product of(WeightRows weight, Activations x, Target target) {
    Product machine =
        x.address() == 0
            ? MachineProduct.of(weight, x, target)
            : MachineFloatProduct.of(weight, x, target);
    return machine != null ? machine : ofVectors(weight, x, target);
  }

  /** The product by the Vector API's kernels. */
  static Product ofVectors(WeightRows weight, Activations x, Target target) {
    return switch (WeightFormat.of(weight.type().format())) {
      case FloatFormat f -> new FloatProduct(weight, f, x, target);
      case IntegerFormat f -> new IntegerProduct(weight, f, x, target);
    };
  }

  @Override
  public final String label() {
    return "matmul " + weight.type();
  }

  @Override
  public final int units() {
    return weight.groups();
  }

  @Override
  public final int chunk() {
    return Math.max(1, units() / (threads * CHUNKS_PER_THREAD));
  }

  @Override
  public final boolean independent() {
    return independent;
  }

  @Override
  public final void run(int from, int to, KernelScratch scratch) {
    scratch.finite = weight.finite();
    if (scratch.prepared != this) {
      prepare(scratch);
      scratch.prepared = this;
    }
    for (int group = from; group < to; group++) {
      group(group, scratch);
    }
  }

  /** Computes and stores a group's results. */
  void group(int group, KernelScratch scratch) {
    float[] acc = scratch.floats(tokens * ROWS);
    Arrays.fill(acc, 0, tokens * ROWS, 0f);
    accumulate(group, acc, scratch);
    store(group, acc);
  }

  /** Makes what all groups of this product share, once for each thread. */
  void prepare(KernelScratch scratch) {}

  /** Adds the group's results to {@code acc}, [row of activations][row of weights]. */
  abstract void accumulate(int group, float[] acc, KernelScratch scratch);

  private void store(int group, float[] acc) {
    int first = group * ROWS;
    int rows = Math.min(ROWS, weight.rows() - first);
    long from = bias == 0 ? 0 : bias + 4L * first;
    for (int t = 0; t < tokens; t++) {
      long to = out + 4L * ((long) t * weight.rows() + first);
      if (from == 0) {
        MemorySegment.copy(acc, t * ROWS, ALL, FLOAT, to, rows);
      } else {
        sums(acc, t * ROWS, rows, from, to);
      }
    }
  }

  private static void sums(float[] acc, int at, int rows, long bias, long to) {
    for (int r = 0; r < rows; r++) {
      ALL.set(FLOAT, to + 4L * r, acc[at + r] + ALL.get(FLOAT, bias + 4L * r));
    }
  }
}
