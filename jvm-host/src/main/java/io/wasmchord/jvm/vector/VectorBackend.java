package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.ExpertRouting;
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
  public static final long THREAD_BYTES = Scratch.INTERLEAVED_BYTES;

  private final MemoryAllocator allocator;
  private final ToLongFunction<ByteView> addresses;
  private final Weights weights;
  private final Team<Scratch> team;
  private final ScalarBackend scalar;
  private final List<Team.Step<Scratch>> steps = new ArrayList<>();
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
    this.team = new Team<>(threads, Scratch::new, profile);
    this.scalar = new ScalarBackend(allocator, Parallel.SINGLE);
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
    team.run(steps);
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

  /** Which weights are needed is known only when the logits are. */
  private void experts(Command.Experts c) {
    runSteps();
    quantized = null;
    float[] logits = new float[(int) values(c.logits())];
    scalar.submit(new Commands().readBack(plain(c.logits()), logits, 0));
    encode(ExpertRouting.commands(c, logits));
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
    Activations.Format format = Activations.Format.of(weight.type());
    Quantized known = quantized;
    Activations values;
    boolean shared;
    if (known != null && known.source == x && known.values.format() == format) {
      values = known.values;
      shared = true;
    } else {
      values = room(format, x.rows(), x.cols());
      shared = false;
    }
    if (!shared) {
      quantized = new Quantized(x, values);
      steps.add(values.fill(x.address(), x.rows()));
    }
    steps.add(
        Product.of(
            rows,
            values,
            new Product.Target(address(c.out()), x.rows(), team.threads(), shared && packed)));
    if (overlap(c.out(), x)) {
      quantized = null;
    }
  }

  /** Room for activations in a form; used again by later products of that form and width. */
  private Activations room(Activations.Format format, int rows, int cols) {
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
    if (packed != 0) {
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
    team.close();
    scalar.close();
  }
}
