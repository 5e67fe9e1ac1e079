package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.ExpertRouting;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.Usage;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.model.UnsupportedModelException;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.LinearAllocator;
import io.wasmchord.web.LinearMemory;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.RowCode;
import java.util.List;
import java.util.Objects;

/**
 * Executes commands with the emitted kernels. Embedding lookups and read-backs are done by Java
 * between two lists; everything else runs inside one WebAssembly module on all threads.
 */
public final class SimdBackend implements ComputeBackend {
  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final KernelRunner runner;
  private final LinearMemory control;
  private final Threads threads;
  private final CommandList list;
  private final Scratch scratch;
  private final ProductEncoder products;
  private final AttentionEncoder attention;

  /**
   * The threads that walk a list.
   *
   * @param count the caller's included
   * @param worthWaking the caller walks lists of fewer multiplications alone
   */
  public record Threads(int count, long worthWaking) {
    private static final long MILLISECOND = 10_000_000; // multiplications of one thread, about

    /** Threads that are woken when it saves time. */
    public static Threads of(int count) {
      return new Threads(count, MILLISECOND);
    }
  }

  /**
   * @param control the area that the threads share, {@link ControlLayout#BYTES} of zeros
   * @param threads that walk a list
   */
  public SimdBackend(
      LinearAllocator allocator,
      KernelModule kernels,
      LinearMemory control,
      Threads threads,
      KernelRunner runner) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.runner = runner;
    this.control = control;
    this.threads = threads;
    this.list = new CommandList(allocator, threads.count());
    this.scratch = new Scratch(allocator, control, threads.count());
    this.products = new ProductEncoder(allocator, kernels, list, scratch);
    this.attention = new AttentionEncoder(kernels, list, scratch);
  }

  @Override
  public String name() {
    return kernels.relaxed() ? "relaxed-simd" : "simd128";
  }

  @Override
  public boolean supports(Op op, TensorType weightType) {
    return switch (op) {
      case MATMUL, EMBED -> kernels.table().containsKey(KernelModule.matmul(weightType));
      default -> weightType == TensorType.F32;
    };
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols, Usage usage) {
    return new SimdTensor(
        type, rows, cols, allocator.allocate(Math.multiplyExact(rows, type.rowBytes(cols))));
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    long bytes = Math.multiplyExact(rows, type.rowBytes(cols));
    if (data.size() != bytes || !(data instanceof LinearMemory memory)) {
      throw new IllegalArgumentException(
          type + " [" + rows + ", " + cols + "] takes " + bytes + " bytes of linear memory");
    }
    int values = supports(Op.MATMUL, type) ? kernels.activations(type).blockValues() : 1;
    if (rows > 1 && cols % values != 0) {
      throw new UnsupportedModelException(
          "a matrix of "
              + type
              + " has rows of "
              + cols
              + " values; the SIMD kernels take multiples of "
              + values
              + ". Load the model with simd: 'none'.");
    }
    return new SimdTensor(type, rows, cols, memory);
  }

  @Override
  public void release(Tensor weight) {
    SimdTensor.Interleaved state = SimdTensor.of(weight).interleaved();
    if (state != null && state.tail() != null) {
      allocator.release(state.tail());
    }
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    if (spec.valueDim() % 4 != 0) {
      throw new UnsupportedModelException(
          "heads have values of "
              + spec.valueDim()
              + " floats; the SIMD kernels take multiples of 4. Load the model with simd: 'none'.");
    }
    LinearMemory keys =
        allocator.allocate(Math.multiplyExact(spec.layers(), SimdKvCache.layerKeyBytes(spec)));
    LinearMemory values =
        allocator.allocate(Math.multiplyExact(spec.layers(), SimdKvCache.layerValueBytes(spec)));
    return new SimdKvCache(spec, SimdKvCache.capacity(spec), keys, values);
  }

  @Override
  public void release(KvCache cache) {
    SimdKvCache simd = SimdKvCache.of(cache);
    allocator.release(simd.keys());
    allocator.release(simd.values());
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    SimdTensor.of(dst).data().putAll(offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    products.begin();
    commands.list().forEach(this::encode);
    flush();
    return Completion.DONE;
  }

  private void flush() {
    if (list.isEmpty()) {
      return;
    }
    control.putInt(
        ControlLayout.THREADS, list.work() < threads.worthWaking() ? 1 : threads.count());
    if (runner.run(control.address(), list.finish()) != 0) {
      throw new KernelFailedException();
    }
  }

  private void encode(Command command) {
    switch (command) {
      case Command.Embed c -> embed(c);
      case Command.RmsNorm c -> norm("rmsNorm", c.x(), c.weight(), c.eps(), c.out());
      case Command.LayerNorm c -> norm("layerNorm", c.x(), c.weight(), c.eps(), c.out());
      case Command.MatMul c -> products.encode(c);
      case Command.AddBias c -> addBias(c);
      case Command.Rope c -> rope(c);
      case Command.StoreKv c -> attention.store(c);
      case Command.Attention c -> wrote(attention.attend(c));
      case Command.Gate c ->
          elementwise(KernelModule.gate(c.activation()), c.gate(), c.up(), c.out(), 0f);
      case Command.Activate c ->
          elementwise(KernelModule.activate(c.activation()), c.x(), c.x(), c.x(), 0f);
      case Command.Add c -> elementwise("add", c.x(), c.y(), c.x(), 0f);
      case Command.AddScaled c -> elementwise("addScaled", c.x(), c.y(), c.x(), c.factor());
      case Command.AddGated c -> addGated(c);
      case Command.Gather c -> gather(c);
      case Command.Experts c -> experts(c);
      case Command.Scale c -> elementwise("scale", c.x(), c.x(), c.x(), c.factor());
      case Command.SoftCap c -> elementwise("softCap", c.x(), c.x(), c.x(), c.cap());
      case Command.ReadBack c -> readBack(c);
    }
  }

  private int kernel(String name) {
    return Objects.requireNonNull(kernels.table().get(name), name);
  }

  private void wrote(Region region) {
    products.wrote(region);
  }

  private void embed(Command.Embed c) {
    flush();
    SimdTensor out = SimdTensor.of(c.out());
    RowReader rows = new RowReader(SimdTensor.of(c.weight()));
    float[] row = new float[out.cols()];
    for (int t = 0; t < c.tokens().length; t++) {
      rows.decode(c.tokens()[t], row);
      out.data().putFloats(4L * t * row.length, row, 0, row.length);
    }
    wrote(Region.of(out));
  }

  private void readBack(Command.ReadBack c) {
    flush();
    SimdTensor src = SimdTensor.of(c.src());
    src.data().getFloats(0, c.dst(), c.offset(), (int) src.values());
  }

  /** Copies by multiplying with 1, so that rows are shared among the threads. */
  private void gather(Command.Gather c) {
    for (int i = 0; i < c.rows().length; i++) {
      Tensor row = c.x().rows(c.rows()[i], 1);
      elementwise("scale", row, row, c.out().rows(i, 1), 1f);
    }
  }

  /** Which weights are needed is known only when the logits are. */
  private void experts(Command.Experts c) {
    flush();
    SimdTensor logits = SimdTensor.of(c.logits());
    float[] values = new float[(int) logits.values()];
    logits.data().getFloats(0, values, 0, values.length);
    ExpertRouting.commands(c, values).list().forEach(this::encode);
  }

  private void addGated(Command.AddGated c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor y = SimdTensor.of(c.y());
    SimdTensor logits = SimdTensor.of(c.logits());
    list.add(kernel("addGated"), x.rows(), List.of(Region.of(y), Region.of(logits)), Region.of(x))
        .put(x.address())
        .put(y.address())
        .put(logits.address())
        .put(x.cols());
    wrote(Region.of(x));
  }

  private void norm(String name, Tensor of, Tensor by, float eps, Tensor to) {
    SimdTensor x = SimdTensor.of(of);
    SimdTensor weight = SimdTensor.of(by);
    SimdTensor out = SimdTensor.of(to);
    list.add(
            kernel(name), (int) (x.values() / weight.cols()), List.of(Region.of(x)), Region.of(out))
        .put(x.address())
        .put(weight.address())
        .put(out.address())
        .put(weight.cols())
        .put(eps);
    wrote(Region.of(out));
  }

  private void addBias(Command.AddBias c) {
    SimdTensor x = SimdTensor.of(c.x());
    list.add(kernel("addBias"), x.rows(), List.of(), Region.of(x))
        .put(x.address())
        .put(SimdTensor.of(c.bias()).address())
        .put(x.address())
        .put(x.cols());
    wrote(Region.of(x));
  }

  private void rope(Command.Rope c) {
    SimdTensor x = SimdTensor.of(c.x());
    SimdTensor table = SimdTensor.of(c.table());
    RopeOrder order = c.order();
    int heads = x.cols() / c.headDim();
    list.add(
            kernel(KernelModule.rope(order)),
            x.rows() * heads,
            List.of(Region.of(table)),
            Region.of(x))
        .put(x.address())
        .put(table.address())
        .put(heads)
        .put(c.headDim())
        .put(table.cols() / 2);
    wrote(Region.of(x));
  }

  private void elementwise(String name, Tensor x, Tensor y, Tensor out, float factor) {
    SimdTensor a = SimdTensor.of(x);
    SimdTensor b = SimdTensor.of(y);
    SimdTensor to = SimdTensor.of(out);
    int count = (int) a.values();
    list.add(
            kernel(name),
            (count + RowCode.ELEMENTS - 1) / RowCode.ELEMENTS,
            List.of(Region.of(a), Region.of(b)),
            Region.of(to))
        .put(a.address())
        .put(b.address())
        .put(to.address())
        .put(count)
        .put(factor);
    wrote(Region.of(to));
  }

  @Override
  public long allocatedBytes() {
    return allocator.allocatedBytes();
  }

  @Override
  public void close() {
    allocator.close();
  }
}
