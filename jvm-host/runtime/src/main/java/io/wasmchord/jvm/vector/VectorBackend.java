package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
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
  private final List<Tensor> beside = new ArrayList<>(); // what products give that run together
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
    boolean machine = weights == Weights.REPACKED && MachineKernels.present();
    return "vector-" + VectorSupport.bits() + (machine ? "-vnni" : "");
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
  public void free(Tensor allocated) {
    release(allocated);
    scalar.free(VectorTensor.of(allocated).scalar());
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    requireOpen();
    Memory keys = allocator.allocate(VectorKvCache.keyBytes(spec));
    Memory values = allocator.allocate(VectorKvCache.valueBytes(spec));
    return new VectorKvCache(
        spec,
        keys,
        values,
        addresses.applyAsLong(keys),
        addresses.applyAsLong(values),
        tensors(spec, KvSpec.Part.ROWS),
        tensors(spec, KvSpec.Part.STATES));
  }

  private VectorKvCache.Tensors tensors(KvSpec spec, KvSpec.Part part) {
    Memory memory = allocator.allocate(spec.bytes(part));
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < spec.layers().size(); i++) {
      KvSpec.Layer layer = spec.layer(i);
      boolean rows = part == KvSpec.Part.ROWS;
      Memory data = memory.slice(spec.bytesBefore(part, i), spec.bytes(part, i));
      tensors.add(
          bind(
              TensorType.F32,
              rows ? layer.capacity() : spec.states(),
              rows ? layer.width() : layer.state(),
              data));
    }
    return new VectorKvCache.Tensors(memory, List.copyOf(tensors));
  }

  @Override
  public void release(KvCache cache) {
    VectorKvCache vector = VectorKvCache.of(cache);
    allocator.release(vector.keys());
    allocator.release(vector.values());
    allocator.release(vector.rows().memory());
    allocator.release(vector.states().memory());
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    requireOpen();
    VectorKvCache own = VectorKvCache.of(cache);
    VectorKvCache.LAYOUT.read(own.spec(), piece, own.part(piece.part(), piece.layer()), to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    requireOpen();
    VectorKvCache own = VectorKvCache.of(cache);
    VectorKvCache.LAYOUT.write(own.spec(), piece, own.part(piece.part(), piece.layer()), from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    requireOpen();
    VectorKvCache one = VectorKvCache.of(from);
    VectorKvCache other = VectorKvCache.of(to);
    VectorKvCache.LAYOUT.copy(
        one.spec(),
        one.part(piece.part(), piece.layer()),
        other.spec(),
        other.part(piece.part(), piece.layer()),
        piece);
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
    List<Command> list = commands.list();
    for (int i = 0; i < list.size(); i++) {
      Command next = list.get(Math.min(i + 1, list.size() - 1));
      if (list.get(i) instanceof Command.MatMul c) {
        Tensor bias = bias(next, c.out());
        product(c, bias);
        i += bias == null ? 0 : 1;
      } else if (list.get(i) instanceof Command.LayerNorm c) {
        i += norm(c, bias(next, c.out())) ? 1 : 0;
        quantized = null;
      } else {
        encode(list.get(i));
        quantized = null;
      }
    }
  }

  /** A norm, and the bias that may follow; whether it was added. */
  private boolean norm(Command.LayerNorm c, @Nullable Tensor bias) {
    NormStep step = NormStep.of(c);
    if (bias == null || bias.cols() != c.weight().cols() || overlap(bias, c.x())) {
      steps.add(step);
      return false;
    }
    steps.add(step.plus(bias));
    return true;
  }

  private void experts(Command.Experts c) {
    ExpertSteps mixture = new ExpertSteps(c, new Running(), pool.threads());
    VectorTensor x = VectorTensor.of(c.x());
    Expert first = c.experts().getFirst();
    Partner gated = WeightFormat.of(first.first().type().format()).partner();
    Partner upped = WeightFormat.of(first.up().type().format()).partner();
    Partner lowered = WeightFormat.of(first.down().type().format()).partner();
    int places = mixture.places();
    boolean single = mixture.single();
    Activations in = single ? filled(x, gated) : room(gated, places, x.cols());
    Activations other =
        upped == gated ? in : single ? filled(x, upped) : room(upped, places, x.cols());
    Activations hidden = room(lowered, places, first.up().rows());
    Tensor gate = c.buffers().gate();
    Tensor up = c.buffers().up();
    Tensor down = c.buffers().down();
    List<ExpertSteps.Products> products = new ArrayList<>();
    if (c.gated()) {
      products.add(mixture.new Products(ExpertMatrix.GATE, in, single, gate));
    }
    products.add(mixture.new Products(ExpertMatrix.UP, other, single, up));
    ExpertSteps.Products downs = mixture.new Products(ExpertMatrix.DOWN, hidden, false, down);
    List<ExpertSteps.Products> all = new ArrayList<>(products);
    all.add(downs);
    List<Added> added = added(c, mixture);
    added.forEach(a -> all.addAll(List.of(a.low, a.wide)));
    steps.add(mixture.route(all));
    steps.add(mixture.pack());
    if (!single) {
      fill(mixture, upped == gated ? List.of(in) : List.of(in, other));
    }
    for (ExpertSteps.Products p : products) {
      steps.add(p.step(p != products.getFirst()));
    }
    add(added, ExpertMatrix.GATE, mixture, gate);
    add(added, ExpertMatrix.UP, mixture, up);
    if (c.gated()) {
      bias(mixture, c.vectors().gate(), gate);
    }
    bias(mixture, c.vectors().up(), up);
    Tensor activated = up.rows(0, places);
    encode(
        c.gated()
            ? new Command.Gate(
                gate.rows(0, places), activated, c.activation(), c.limit(), activated)
            : new Command.Activate(activated, c.activation()));
    steps.add(hidden.fill(address(up), places));
    steps.add(downs.step(false));
    add(added, ExpertMatrix.DOWN, mixture, down);
    bias(mixture, c.vectors().down(), down);
    steps.add(mixture.sum());
  }

  /** An addition and its two products. */
  private record Added(
      ExpertAddition addition,
      Activations x,
      ExpertSteps.Products low,
      Activations narrow,
      ExpertSteps.Products wide) {}

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
        if (matrix == ExpertMatrix.DOWN) {
          steps.add(added.x.fill(address(c.buffers().up()), mixture.places()));
        } else {
          steps.add(filled(mixture, added.x));
        }
        steps.add(added.low.step(false));
        steps.add(added.narrow.fill(address(a.low()), mixture.places()));
        steps.add(added.wide.step(false));
        Tensor sum = out.rows(0, mixture.places());
        encode(new Command.AddScaled(sum, a.wide().rows(0, mixture.places()), a.factor()));
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

  private WorkerPool.Step<KernelScratch> filled(ExpertSteps mixture, Activations activations) {
    Command.Experts c = mixture.command();
    return mixture.weighsInput()
        ? activations.fill(address(c.buffers().gathered()), mixture.places())
        : activations.fill(address(c.x()), mixture.places(), mixture::row);
  }

  private void bias(ExpertSteps mixture, @Nullable Tensor biases, Tensor out) {
    if (biases != null) {
      steps.add(mixture.bias(biases, out));
    }
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
      return rowsOf(VectorTensor.of(weight), fresh);
    }
  }

  private void encode(Command command) {
    switch (command) {
      case Command.MatMul c -> product(c, null);
      case Command.RmsNorm c -> steps.add(NormStep.of(c));
      case Command.LayerNorm c -> steps.add(NormStep.of(c));
      case Command.AddBias c -> steps.add(ElementSteps.addBias(c));
      case Command.Add c -> steps.add(ElementSteps.add(c));
      case Command.Activate c when ElementSteps.has(c.activation()) ->
          steps.add(ElementSteps.activate(c));
      case Command.StoreKv c -> steps.add(StoreKv.of(c));
      case Command.Attention c ->
          steps.add(TextAttention.suits(c) ? new TextAttention(c) : new Attention(c));
      case Command.Gate c ->
          steps.add(
              RowStep.gate(
                  c.activation(),
                  c.limit(),
                  address(c.gate()),
                  address(c.up()),
                  address(c.out()),
                  values(c.out())));
      case Command.Experts c -> experts(c);
      case Command.HeadMatMul c -> products(c);
      case Command.CopyHeads c -> steps.add(HeadStep.copy(c));
      case Command.CausalConv c -> steps.add(new CausalConv(c));
      case Command.DeltaNet c -> steps.add(new DeltaNet(c));
      case Command.SsmScan c -> steps.add(new SsmScan(c));
      case Command.TokenShift c -> steps.add(new TokenShift(c));
      case Command.Wkv c -> steps.add(new Wkv(c));
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

  /** What a command adds to every row of {@code out}, where that is all it does; else null. */
  private static @Nullable Tensor bias(Command command, Tensor out) {
    return command instanceof Command.AddBias c
            && address(c.x()) == address(out)
            && values(c.x()) == values(out)
            && c.x().cols() == out.cols()
        ? c.bias()
        : null;
  }

  private void product(Command.MatMul c, @Nullable Tensor bias) {
    VectorTensor x = VectorTensor.of(c.x());
    VectorTensor weight = VectorTensor.of(c.weight());
    boolean packed = weight.weight() != null;
    WeightRows rows = rowsOf(weight);
    Partner format = WeightFormat.of(weight.type().format()).partner();
    boolean shared = known(x, format) != null;
    Activations values = filled(x, format);
    boolean independent =
        shared && packed && (bias == null || beside.stream().noneMatch(t -> overlap(bias, t)));
    if (!independent) {
      beside.clear();
    }
    beside.add(c.out());
    steps.add(
        Product.of(
            rows,
            values,
            new Product.Target(
                address(c.out()),
                bias == null ? 0 : address(bias),
                x.rows(),
                pool.threads(),
                independent)));
    if (overlap(c.out(), x)) {
      quantized = null;
    }
  }

  private void products(Command.HeadMatMul c) {
    VectorTensor x = VectorTensor.of(c.x());
    List<WeightRows> weights = rowsOf(c.weights());
    TensorType type = weights.getFirst().type();
    Activations values = filled(x, WeightFormat.of(type.format()).partner());
    int n = c.tokens();
    List<Product> products = new ArrayList<>();
    for (int head = 0; head < c.heads(); head++) {
      products.add(
          Product.of(
              weights.get(head),
              values.from(head * n),
              new Product.Target(address(c.of(head).out()), 0, n, pool.threads(), false)));
    }
    int groups = weights.getFirst().groups();
    steps.add(new ProductSet(products.getFirst().label(), products, groups, pool.threads(), false));
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
