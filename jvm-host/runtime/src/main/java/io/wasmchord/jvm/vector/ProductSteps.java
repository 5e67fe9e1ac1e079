package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the steps of matrix products: weights are packed at their first product, and activations
 * brought into the form that a weight asks for, once for all products that follow each other.
 */
final class ProductSteps implements ExpertSteps.Source {
  private final MemoryAllocator allocator;
  private final ToLongFunction<ByteView> addresses;
  private final VectorBackend.Kernels kernels;
  private final int threads;
  private final ScalarBackend scalar;
  private final List<WorkerPool.Step<KernelScratch>> steps;
  private final List<Activations> rooms = new ArrayList<>();
  private final List<VectorTensor> packings = new ArrayList<>(); // weights that steps pack
  private final List<Tensor> beside = new ArrayList<>(); // what products give that run together
  private @Nullable Quantized quantized;

  /** Activations that the last product left in the form that the next one may want. */
  private record Quantized(VectorTensor source, Activations values) {}

  /**
   * @param allocator of copies of weights
   * @param addresses the address of a region of native memory
   * @param kernels that compute
   * @param threads that share the work
   * @param scalar reads values
   * @param steps where steps are added
   */
  ProductSteps(
      MemoryAllocator allocator,
      ToLongFunction<ByteView> addresses,
      VectorBackend.Kernels kernels,
      int threads,
      ScalarBackend scalar,
      List<WorkerPool.Step<KernelScratch>> steps) {
    this.allocator = allocator;
    this.addresses = addresses;
    this.kernels = kernels;
    this.threads = threads;
    this.scalar = scalar;
    this.steps = steps;
  }

  /** The last product's activations are no longer of use: something else is computed. */
  void forget() {
    quantized = null;
  }

  /** The steps have been run, and with them weights were packed. */
  void done() {
    packings.clear();
  }

  /** The steps have failed: what was to be packed may not have been. */
  void failed() {
    packings.forEach(this::release);
    packings.clear();
  }

  /** Gives back a weight's copy. */
  void release(Tensor weight) {
    Memory copy = VectorTensor.of(weight).takeCopy();
    if (copy != null) {
      allocator.release(copy);
    }
  }

  /**
   * A product.
   *
   * @param bias what is added to every row, or null
   */
  void product(Command.MatMul c, @Nullable Tensor bias) {
    VectorTensor x = VectorTensor.of(c.x());
    VectorTensor weight = VectorTensor.of(c.weight());
    boolean packed = weight.weight() != null;
    WeightRows rows = rowsOf(weight);
    Partner format = WeightFormat.of(weight.type().format()).partner();
    Activations.Form form = form(rows, VectorTensor.overlap(c.out(), x));
    boolean shared = known(x, format, form) != null;
    Activations values = filled(x, format, form);
    boolean independent =
        shared
            && packed
            && (bias == null || beside.stream().noneMatch(t -> VectorTensor.overlap(bias, t)));
    if (!independent) {
      beside.clear();
    }
    beside.add(c.out());
    steps.add(
        Product.of(
            rows,
            values,
            new Product.Target(
                VectorTensor.of(c.out()).address(),
                bias == null ? 0 : VectorTensor.of(bias).address(),
                x.rows(),
                threads,
                independent)));
    if (VectorTensor.overlap(c.out(), x)) {
      quantized = null;
    }
  }

  /** Products of heads, each with a weight of its own. */
  void products(Command.HeadMatMul c) {
    VectorTensor x = VectorTensor.of(c.x());
    List<WeightRows> weights = rowsOf(c.weights());
    TensorType type = weights.getFirst().type();
    boolean overlaps = false;
    for (int head = 0; head < c.heads(); head++) {
      overlaps |= VectorTensor.overlap(c.of(head).out(), x);
    }
    Activations values =
        filled(x, WeightFormat.of(type.format()).partner(), form(weights.getFirst(), overlaps));
    int n = c.tokens();
    List<Product> products = new ArrayList<>();
    for (int head = 0; head < c.heads(); head++) {
      products.add(
          Product.of(
              weights.get(head),
              values.from(head * n),
              new Product.Target(
                  VectorTensor.of(c.of(head).out()).address(), 0, n, threads, false)));
    }
    int groups = weights.getFirst().groups();
    steps.add(new ProductSet(products.getFirst().label(), products, groups, threads, false));
  }

  /**
   * The form in which a weight's product takes activations.
   *
   * @param overlaps whether it writes over them
   */
  private Activations.Form form(WeightRows weight, boolean overlaps) {
    Partner format = WeightFormat.of(weight.type().format()).partner();
    if (!kernels.machine()) {
      return Activations.Form.ALL;
    }
    if (MachineFloats.of(weight) != null && !overlaps) {
      return Activations.Form.STANDING;
    }
    boolean quantizer = format == Partner.Q8_0 || format == Partner.Q8_K;
    return quantizer && MachineFloats.present() && MachineProduct.has(weight)
        ? Activations.Form.RECORDS
        : Activations.Form.ALL;
  }

  /** Activations that the product before left, or null. */
  private @Nullable Activations known(VectorTensor x, Partner format, Activations.Form form) {
    Quantized known = quantized;
    return known != null
            && known.source == x
            && known.values.format() == format
            && known.values.form() == form
        ? known.values
        : null;
  }

  /** Activations in a form, which are made by a step unless the product before left them. */
  Activations filled(VectorTensor x, Partner format, Activations.Form form) {
    Activations known = known(x, format, form);
    if (known != null) {
      return known;
    }
    Activations values =
        form == Activations.Form.STANDING
            ? Activations.standing(x)
            : room(format, form, x.rows(), x.cols());
    quantized = new Quantized(x, values);
    if (form != Activations.Form.STANDING) {
      steps.add(values.fill(x.address(), x.rows()));
    }
    return values;
  }

  /** Room for activations in a form; used again by later products of that form and width. */
  Activations room(Partner format, Activations.Form form, int rows, int cols) {
    for (Activations known : rooms) {
      if (known.holds(format, form, rows, cols)) {
        return known;
      }
    }
    rooms.removeIf(known -> known.holds(format, form, 0, cols)); // those of fewer rows
    Activations room =
        form == Activations.Form.RECORDS
            ? Activations.records(format, rows, cols)
            : Activations.allocate(format, rows, cols, kernels.machine());
    rooms.add(room);
    return room;
  }

  private WeightRows rowsOf(VectorTensor weight) {
    return rowsOf(List.of(weight)).getFirst();
  }

  private List<WeightRows> rowsOf(List<? extends Tensor> weights) {
    List<WeightRows> all = new ArrayList<>();
    List<WeightRows> fresh = new ArrayList<>();
    for (Tensor weight : weights) {
      all.add(rowsOf(VectorTensor.of(weight), fresh));
    }
    if (!fresh.isEmpty()) {
      steps.add(new Packing(fresh));
    }
    return all;
  }

  /**
   * @param fresh takes the rows if they must be packed before their product
   */
  private WeightRows rowsOf(VectorTensor weight, List<WeightRows> fresh) {
    WeightRows known = weight.weight();
    if (known != null) {
      return known;
    }
    WeightRows rows = unpacked(weight);
    if (rows.packed() != 0) {
      fresh.add(rows);
    }
    return rows;
  }

  /** Rows whose interleaved copy, where there is one, is still to be written. */
  private WeightRows unpacked(VectorTensor weight) {
    Memory copy = null;
    long packed = 0;
    if (kernels.weights() == VectorBackend.Weights.REPACKED) {
      copy =
          allocator.allocate(WeightRows.packedBytes(weight.type(), weight.rows(), weight.cols()));
      packings.add(weight);
      packed = addresses.applyAsLong(copy);
    }
    WeightRows rows =
        WeightRows.of(weight.type(), weight.rows(), weight.cols(), weight.address(), packed);
    weight.weight(rows, copy);
    return rows;
  }

  @Override
  public float[] values(Tensor activation) {
    float[] values = new float[activation.rows() * activation.cols()];
    scalar.submit(new Commands().readBack(VectorTensor.of(activation).scalar(), values, 0));
    return values;
  }

  @Override
  public WeightRows rows(Tensor weight, List<WeightRows> fresh) {
    return rowsOf(VectorTensor.of(weight), fresh);
  }
}
