package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Executes commands with the Vector API, on all threads, with the scalar backend's bits at any
 * width. Commands that take little time are the scalar backend's own, split over rows. After {@link
 * #close} it allocates, writes and computes no more, with a {@link ClosedException}.
 */
public final class VectorBackend implements ComputeBackend {
  /** Bytes of native memory that each thread has for itself. */
  public static final long THREAD_BYTES = KernelScratch.INTERLEAVED_BYTES;

  private final MemoryAllocator allocator;
  private final ToLongFunction<ByteView> addresses;
  private final Weights weights;
  private final WorkerPool<KernelScratch> pool;
  private final ScalarBackend scalar;
  private final List<WorkerPool.Step<KernelScratch>> steps = new ArrayList<>();
  private final List<Activations> rooms = new ArrayList<>();
  private final List<VectorTensor> packings = new ArrayList<>(); // weights that steps pack
  private @Nullable Quantized quantized;
  private volatile boolean closed;

  /** How weights lie in memory. */
  public enum Weights {
    /** An interleaved copy, made at a weight's first product: fastest, and takes memory. */
    REPACKED,
    /** As they stand in the mapped file, interleaved block by block in every product. */
    MAPPED
  }

  /** Activations that the last product left in the form that the next one may want. */
  private record Quantized(VectorTensor source, Activations values) {}

  /**
   * @param allocator of native memory; closed with this backend
   * @param addresses the address of a region of native memory
   * @param threads in all, the caller's included
   */
  public VectorBackend(
      MemoryAllocator allocator, ToLongFunction<ByteView> addresses, Weights weights, int threads) {
    this(allocator, addresses, weights, threads, null);
  }

  /**
   * The same, measured.
   *
   * @param profile takes the time of every step, or null
   */
  public VectorBackend(
      MemoryAllocator allocator,
      ToLongFunction<ByteView> addresses,
      Weights weights,
      int threads,
      @Nullable Profile profile) {
    this.allocator = allocator;
    this.addresses = addresses;
    this.weights = weights;
    this.pool = new WorkerPool<>(threads, KernelScratch::new, profile);
    this.scalar = new ScalarBackend(allocator, Parallel.SINGLE);
  }

  /**
   * By how much the copy of a weight is larger than the weight, where weights are {@link
   * Weights#REPACKED}.
   */
  public static long growth(TensorType type, long rows, long cols) {
    return rows * (WeightRows.rowBytes(type, cols) - type.rowBytes(cols));
  }

  @Override
  public String name() {
    return "vector-" + VectorSupport.bits();
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return scalar.supports(op, type);
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    return bind(
        type, rows, cols, allocator.allocate(Math.multiplyExact(rows, type.rowBytes(cols))));
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    return new VectorTensor(scalar.bind(type, rows, cols, data), addresses.applyAsLong(data));
  }

  @Override
  public void release(Tensor weight) {
    Memory copy = VectorTensor.of(weight).takeCopy();
    if (copy != null) {
      allocator.release(copy);
    }
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    requireOpen();
    Memory keys = allocator.allocate(VectorKvCache.keyBytes(spec));
    Memory values = allocator.allocate(VectorKvCache.valueBytes(spec));
    return new VectorKvCache(
        spec, keys, values, addresses.applyAsLong(keys), addresses.applyAsLong(values), rows(spec));
  }

  private VectorKvCache.Rows rows(KvSpec spec) {
    Memory memory = allocator.allocate(spec.rowBytes());
    List<Tensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      int width = spec.width(layer);
      long bytes = width == 0 ? 0 : spec.bytes(layer);
      Memory part = memory.slice(spec.rowBytesBefore(layer), bytes);
      tensors.add(bind(TensorType.F32, spec.capacity(layer), width, part));
    }
    return new VectorKvCache.Rows(memory, List.copyOf(tensors));
  }

  @Override
  public void release(KvCache cache) {
    VectorKvCache vector = VectorKvCache.of(cache);
    allocator.release(vector.keys());
    allocator.release(vector.values());
    allocator.release(vector.rows().memory());
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    scalar.write(VectorTensor.of(dst).scalar(), offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    requireOpen();
    steps.clear();
    quantized = null;
    try {
      encode(commands);
      runSteps();
    } catch (RuntimeException | Error e) {
      packings.forEach(this::release); // what was to be packed may not have been
      packings.clear();
      throw e;
    }
    return Completion.DONE;
  }

  private void runSteps() {
    pool.run(steps);
    steps.clear();
    packings.clear();
  }

  private void encode(Commands commands) {
    for (Command command : commands.list()) {
      encode(command);
      if (!(command instanceof Command.MatMul)) {
        quantized = null;
      }
    }
  }

  private void experts(Command.Experts c) {
    ExpertSteps mixture = new ExpertSteps(c, new Running(), pool.threads());
    VectorTensor x = VectorTensor.of(c.x());
    Expert first = c.experts().getFirst();
    Partner gated = WeightFormat.of(first.gate().type().format()).partner();
    Partner upped = WeightFormat.of(first.up().type().format()).partner();
    Partner lowered = WeightFormat.of(first.down().type().format()).partner();
    int places = mixture.places();
    boolean single = mixture.single();
    Activations in = single ? filled(x, gated) : room(gated, places, x.cols());
    Activations up =
        upped == gated ? in : single ? filled(x, upped) : room(upped, places, x.cols());
    Activations hidden = room(lowered, places, first.gate().rows());
    Tensor gate = c.buffers().gate();
    ExpertSteps.Products gates = mixture.new Products(Expert::gate, in, single, gate);
    ExpertSteps.Products ups = mixture.new Products(Expert::up, up, single, c.buffers().up());
    ExpertSteps.Products downs =
        mixture.new Products(Expert::down, hidden, false, c.buffers().down());
    steps.add(mixture.route(gates, ups, downs));
    steps.add(mixture.pack());
    if (!single) {
      steps.add(in.fill(x.address(), places, mixture::row));
      if (upped != gated) {
        steps.add(up.fill(x.address(), places, mixture::row));
      }
    }
    steps.add(gates.step(false));
    steps.add(ups.step(true));
    encode(
        new Command.Gate(
            gate.rows(0, places),
            c.buffers().up().rows(0, places),
            c.activation(),
            gate.rows(0, places)));
    steps.add(hidden.fill(address(gate), places));
    steps.add(downs.step(false));
    steps.add(mixture.sum());
  }

  /** What a mixture asks for while its list runs, from one thread. */
  private final class Running implements ExpertSteps.Source {
    @Override
    public float[] values(Tensor activation) {
      float[] values = new float[(int) VectorBackend.values(activation)];
      scalar.submit(new Commands().readBack(plain(activation), values, 0));
      return values;
    }

    @Override
    public WeightRows rows(Tensor weight, List<WeightRows> fresh) {
      VectorTensor tensor = VectorTensor.of(weight);
      boolean known = tensor.weight() != null;
      WeightRows rows = known ? rowsOf(tensor) : unpacked(tensor);
      if (!known && rows.packed() != 0) {
        fresh.add(rows);
      }
      return rows;
    }
  }

  private void encode(Command command) {
    switch (command) {
      case Command.MatMul c -> product(c);
      case Command.StoreKv c -> steps.add(StoreKv.of(c));
      case Command.Attention c -> steps.add(new Attention(c));
      case Command.Gate c ->
          steps.add(
              RowStep.gate(
                  c.activation(),
                  address(c.gate()),
                  address(c.up()),
                  address(c.out()),
                  values(c.out())));
      case Command.Experts c -> experts(c);
      default -> rows(RowCommands.of(command));
    }
  }

  private void rows(RowCommands.Split split) {
    steps.add(
        RowStep.rows(
            split.label(), split.rows(), (from, n) -> scalar.submit(split.part().of(from, n))));
  }

  private static Tensor plain(Tensor tensor) {
    return VectorTensor.of(tensor).scalar();
  }

  private static long address(Tensor tensor) {
    return VectorTensor.of(tensor).address();
  }

  private static long values(Tensor tensor) {
    return (long) tensor.rows() * tensor.cols();
  }

  private void product(Command.MatMul c) {
    VectorTensor x = VectorTensor.of(c.x());
    VectorTensor weight = VectorTensor.of(c.weight());
    boolean packed = weight.weight() != null;
    WeightRows rows = rowsOf(weight);
    Partner format = WeightFormat.of(weight.type().format()).partner();
    boolean shared = known(x, format) != null;
    Activations values = filled(x, format);
    steps.add(
        Product.of(
            rows,
            values,
            new Product.Target(address(c.out()), x.rows(), pool.threads(), shared && packed)));
    if (overlap(c.out(), x)) {
      quantized = null;
    }
  }

  /** Activations that the product before left, or null. */
  private @Nullable Activations known(VectorTensor x, Partner format) {
    Quantized known = quantized;
    return known != null && known.source == x && known.values.format() == format
        ? known.values
        : null;
  }

  /** Activations in a form, which are made by a step unless the product before left them. */
  private Activations filled(VectorTensor x, Partner format) {
    Activations known = known(x, format);
    if (known != null) {
      return known;
    }
    Activations values = room(format, x.rows(), x.cols());
    quantized = new Quantized(x, values);
    steps.add(values.fill(x.address(), x.rows()));
    return values;
  }

  /** Room for activations in a form; used again by later products of that form and width. */
  private Activations room(Partner format, int rows, int cols) {
    for (Activations known : rooms) {
      if (known.holds(format, rows, cols)) {
        return known;
      }
    }
    rooms.removeIf(known -> known.holds(format, 0, cols)); // those of fewer rows
    Activations room = Activations.allocate(format, rows, cols);
    rooms.add(room);
    return room;
  }

  private static boolean overlap(Tensor a, Tensor b) {
    return address(a) < address(b) + 4 * values(b) && address(b) < address(a) + 4 * values(a);
  }

  private WeightRows rowsOf(VectorTensor weight) {
    WeightRows known = weight.weight();
    if (known != null) {
      return known;
    }
    WeightRows rows = unpacked(weight);
    if (rows.packed() != 0) {
      steps.add(
          RowStep.rows(
              "repack",
              rows.groups(),
              (from, n) -> {
                for (int group = from; group < from + n; group++) {
                  rows.pack(group);
                }
              }));
    }
    return rows;
  }

  /** Rows whose interleaved copy, where there is one, is still to be written. */
  private WeightRows unpacked(VectorTensor weight) {
    Memory copy = null;
    long packed = 0;
    if (weights == Weights.REPACKED) {
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
  public long allocatedBytes() {
    return allocator.allocatedBytes();
  }

  private void requireOpen() {
    if (closed) {
      throw ClosedException.model();
    }
  }

  @Override
  public void close() {
    closed = true;
    pool.close();
    scalar.close();
  }
}
