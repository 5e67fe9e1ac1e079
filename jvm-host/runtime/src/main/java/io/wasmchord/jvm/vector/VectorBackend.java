package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.machine.Variant;
import io.wasmchord.quant.TensorType;
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
  private final boolean machine;
  private final WorkerPool<KernelScratch> pool;
  private final ScalarBackend scalar;
  private final VectorCaches caches;
  private final List<WorkerPool.Step<KernelScratch>> steps = new ArrayList<>();
  private final ProductSteps products;
  private final MixtureSteps mixtures;
  private volatile boolean closed;

  /** How weights lie in memory. */
  public enum Weights {
    /** An interleaved copy, made at a weight's first product: fastest, and takes memory. */
    REPACKED,
    /** As they stand in the mapped file, interleaved block by block in every product. */
    MAPPED
  }

  /**
   * Which kernels compute.
   *
   * @param machine whether those in machine code do where there are some
   */
  public record Kernels(Weights weights, boolean machine) {}

  /**
   * @param allocator of native memory; closed with this backend
   * @param addresses the address of a region of native memory
   * @param threads in all, the caller's included
   */
  public VectorBackend(
      MemoryAllocator allocator, ToLongFunction<ByteView> addresses, Weights weights, int threads) {
    this(allocator, addresses, new Kernels(weights, true), threads, null);
  }

  /**
   * The same, measured.
   *
   * @param profile takes the time of every step, or null
   */
  public VectorBackend(
      MemoryAllocator allocator,
      ToLongFunction<ByteView> addresses,
      Kernels kernels,
      int threads,
      @Nullable Profile profile) {
    this.allocator = allocator;
    this.addresses = addresses;
    this.weights = kernels.weights;
    this.machine = kernels.machine;
    this.pool = new WorkerPool<>(threads, KernelScratch::new, profile);
    this.scalar = new ScalarBackend(allocator, Parallel.SINGLE);
    this.caches =
        new VectorCaches(
            allocator, addresses, (type, rows, cols, data) -> bind(type, rows, cols, data));
    this.products = new ProductSteps(allocator, addresses, kernels, threads, scalar, steps);
    this.mixtures = new MixtureSteps(products, command -> encode(command), threads, steps);
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
    Variant variant = weights == Weights.REPACKED && machine ? MachineKernels.variant() : null;
    String kind = variant == null ? "" : variant == Variant.AVX2 ? "-avx2" : "-vnni";
    return "vector-" + VectorSupport.bits() + kind;
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
    products.release(weight);
  }

  @Override
  public void free(Tensor allocated) {
    release(allocated);
    scalar.free(VectorTensor.of(allocated).scalar());
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    requireOpen();
    return caches.allocate(spec);
  }

  @Override
  public void release(KvCache cache) {
    caches.release(cache);
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    requireOpen();
    VectorCaches.read(cache, piece, to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    requireOpen();
    VectorCaches.write(cache, piece, from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    requireOpen();
    VectorCaches.copy(from, to, piece);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    scalar.write(VectorTensor.of(dst).scalar(), offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    requireOpen();
    steps.clear();
    products.forget();
    try {
      encode(commands);
      runSteps();
    } catch (RuntimeException | Error e) {
      products.failed();
      throw e;
    }
    return Completion.DONE;
  }

  private void runSteps() {
    pool.run(steps);
    steps.clear();
    products.done();
  }

  private void encode(Commands commands) {
    List<Command> list = commands.list();
    for (int i = 0; i < list.size(); i++) {
      Command next = list.get(Math.min(i + 1, list.size() - 1));
      if (list.get(i) instanceof Command.MatMul c) {
        Tensor bias = bias(next, c.out());
        products.product(c, bias);
        i += bias == null ? 0 : 1;
      } else if (list.get(i) instanceof Command.LayerNorm c) {
        i += norm(c, bias(next, c.out())) ? 1 : 0;
        products.forget();
      } else {
        encode(list.get(i));
        products.forget();
      }
    }
  }

  /** A norm, and the bias that may follow; whether it was added. */
  private boolean norm(Command.LayerNorm c, @Nullable Tensor bias) {
    NormStep step = NormStep.of(c, machine);
    if (bias == null || bias.cols() != c.weight().cols() || VectorTensor.overlap(bias, c.x())) {
      steps.add(step);
      return false;
    }
    steps.add(step.plus(bias));
    return true;
  }

  private void encode(Command command) {
    switch (command) {
      case Command.MatMul c -> products.product(c, null);
      case Command.RmsNorm c -> steps.add(NormStep.of(c, machine));
      case Command.LayerNorm c -> steps.add(NormStep.of(c, machine));
      case Command.AddBias c -> steps.add(ElementSteps.addBias(c, machine));
      case Command.Add c -> steps.add(ElementSteps.add(c, machine));
      case Command.Activate c when ElementSteps.has(c.activation()) ->
          steps.add(ElementSteps.activate(c, machine));
      case Command.StoreKv c -> steps.add(StoreKv.of(c));
      case Command.Attention c -> steps.add(attention(c));
      case Command.Gate c ->
          steps.add(
              RowStep.gate(
                  c.activation(),
                  c.limit(),
                  address(c.gate()),
                  address(c.up()),
                  address(c.out()),
                  values(c.out()),
                  machine));
      case Command.Experts c -> mixtures.encode(c);
      case Command.HeadMatMul c -> products.products(c);
      case Command.CopyHeads c -> steps.add(HeadStep.copy(c));
      case Command.CausalConv c -> steps.add(new CausalConv(c));
      case Command.DeltaNet c -> steps.add(new DeltaNet(c));
      case Command.SsmScan c -> steps.add(new SsmScan(c));
      case Command.TokenShift c -> steps.add(new TokenShift(c));
      case Command.Wkv c -> steps.add(new Wkv(c));
      default -> rows(RowCommands.of(command));
    }
  }

  private WorkerPool.Step<KernelScratch> attention(Command.Attention c) {
    if (machine && MachineAttention.suits(c)) {
      return new MachineAttention(c, pool.threads());
    }
    return TextAttention.suits(c) ? new TextAttention(c) : new Attention(c);
  }

  private void rows(RowCommands.Split split) {
    steps.add(
        RangeStep.rows(
            split.label(), split.rows(), (from, n) -> scalar.submit(split.part().of(from, n))));
  }

  private static long address(Tensor tensor) {
    return VectorTensor.of(tensor).address();
  }

  private static long values(Tensor tensor) {
    return (long) tensor.rows() * tensor.cols();
  }

  /** What a command adds to every row of {@code out}, where that is all it does; else null. */
  private static @Nullable Tensor bias(Command command, Tensor out) {
    return command instanceof Command.AddBias c
            && address(c.x()) == address(out)
            && values(c.x()) == values(out)
            && c.x().cols() == out.cols()
        ? c.bias()
        : null;
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
