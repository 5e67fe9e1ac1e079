package io.wasmchord.web.simd;

import static java.util.Objects.requireNonNull;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.EnumMap;
import java.util.Map;

/**
 * Executes commands with the emitted kernels. Embedding lookups and read-backs are done by Java
 * between two lists; everything else runs inside one WebAssembly module on all threads.
 */
public final class SimdBackend implements ComputeBackend {
  private static final int ALIGNMENT = 64;

  /**
   * Narrower rows of floats are numbers of their own, such as the rates of heads, if no product
   * asks for them.
   */
  private static final int LEAST_OF_MATRIX = 4;

  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final KernelRunner runner;
  private final ControlArea control;
  private final Threads threads;
  private final CommandList list;
  private final KernelScratch scratch;
  private final ProductEncoder products;
  private final MatrixAddresses addresses;
  private final AttentionEncoder attention;
  private final RowEncoder rows;
  private final ExpertEncoder experts;
  private final RecurrentEncoder recurrent;
  private final StreamEncoder streams;
  private final HeadEncoder heads;

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
   * @param control the area that the threads share, {@code ControlLayout.BYTES} of zeros
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
    this.control = new ControlArea(control);
    this.threads = threads;
    this.control.stride(threads.count());
    this.list = new CommandList(allocator, kernels, threads.count());
    this.scratch = new KernelScratch(allocator, this.control, threads.count());
    this.products = new ProductEncoder(allocator, kernels, list, scratch);
    this.addresses = new MatrixAddresses(allocator, products);
    this.attention = new AttentionEncoder(list, scratch);
    this.rows = new RowEncoder(list);
    this.experts = new ExpertEncoder(allocator, kernels, list, scratch, products, rows, addresses);
    this.recurrent = new RecurrentEncoder(list, scratch);
    this.streams = new StreamEncoder(list);
    this.heads = new HeadEncoder(allocator, kernels, list, scratch, products, addresses);
  }

  @Override
  public String name() {
    return kernels.relaxed() ? "relaxed-simd" : "simd128";
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return switch (op) {
      case EMBED, MATMUL, HEAD_MATMUL, EXPERTS -> kernels.has(KernelModule.matmul(type));
      case STORE_KV, ATTENTION -> KvType.isStored(type);
      case RMS_NORM, LAYER_NORM, ADD_BIAS, ROPE, SHORT_CONV, GATE, ACTIVATE -> plain(type);
      case SCALE_ROWS, CLAMP, XIELU -> plain(type);
      case ADD, ADD_SCALED, ADD_GATED, GATHER, SCALE, SOFT_CAP -> plain(type);
      case ARG_MAX, TOP_K, READ_BACK -> plain(type);
      case COPY_HEADS -> plain(type);
      case CAUSAL_CONV,
          L2_NORM,
          SCALE_COLUMNS,
          COPY_COLUMNS,
          DELTA_NET,
          SSM_SCAN,
          TOKEN_SHIFT,
          WKV,
          ADD_BONUS ->
          plain(type);
      case ADD_MIXED, MATCH_LENGTH, SPARSIFY -> plain(type);
    };
  }

  private static boolean plain(TensorType type) {
    return type == TensorType.F32;
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
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
    boolean vectors = type == TensorType.F32 && cols < LEAST_OF_MATRIX;
    int values = supports(Op.MATMUL, type) ? kernels.activations(type).blockValues() : 1;
    if (rows > 1 && cols % values != 0 && !vectors) {
      throw ProductEncoder.unsupported(type, cols, values);
    }
    return new SimdTensor(type, rows, cols, memory);
  }

  @Override
  public void release(Tensor weight) {
    SimdTensor tensor = SimdTensor.of(weight);
    SimdTensor.Interleaved state = tensor.interleaved();
    if (state != null && state.tail() != null) {
      allocator.release(state.tail());
    }
    LinearMemory places = addresses.released(tensor);
    if (places != null) {
      allocator.release(places);
    }
    ExpertTable table = tensor.experts();
    if (table != null) {
      allocator.release(table.memory());
    }
  }

  @Override
  public void free(Tensor allocated) {
    release(allocated);
    allocator.release(SimdTensor.of(allocated).data());
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    for (KvSpec.Layer layer : spec.layers()) {
      if (layer.heads().valueDim() % 4 != 0) {
        throw new UnsupportedModelException(
            "heads have values of "
                + layer.heads().valueDim()
                + " floats; the SIMD kernels take multiples of 4. Load the model with simd:"
                + " 'none'.");
      }
    }
    Map<KvSpec.Part, LinearMemory> parts = new EnumMap<>(KvSpec.Part.class);
    try {
      for (KvSpec.Part part : KvSpec.Part.values()) {
        parts.put(part, allocator.allocate(spec.bytes(part)));
      }
    } catch (RuntimeException e) { // a session too many, of which nothing may stay
      parts.values().forEach(allocator::release);
      throw e;
    }
    return new SimdKvCache(
        spec,
        requireNonNull(parts.get(KvSpec.Part.KEYS)),
        requireNonNull(parts.get(KvSpec.Part.VALUES)),
        requireNonNull(parts.get(KvSpec.Part.ROWS)),
        requireNonNull(parts.get(KvSpec.Part.STATES)));
  }

  @Override
  public void release(KvCache cache) {
    SimdKvCache simd = SimdKvCache.of(cache);
    allocator.release(simd.keys());
    allocator.release(simd.values());
    allocator.release(simd.rows());
    allocator.release(simd.states());
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    SimdKvCache own = SimdKvCache.of(cache);
    SimdKvCache.LAYOUT.read(own.spec(), piece, own.part(piece.part(), piece.layer()), to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    SimdKvCache own = SimdKvCache.of(cache);
    SimdKvCache.LAYOUT.write(own.spec(), piece, own.part(piece.part(), piece.layer()), from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    SimdKvCache one = SimdKvCache.of(from);
    SimdKvCache other = SimdKvCache.of(to);
    SimdKvCache.LAYOUT.copy(
        one.spec(),
        one.part(piece.part(), piece.layer()),
        other.spec(),
        other.part(piece.part(), piece.layer()),
        piece);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    SimdTensor.of(dst).data().putAll(offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    products.begin();
    experts.begin();
    heads.begin();
    commands.list().forEach(this::encode);
    flush();
    return Completion.DONE;
  }

  private void flush() {
    if (list.isEmpty()) {
      return;
    }
    control.threads(list.work() < threads.worthWaking() ? 1 : threads.count());
    if (!runner.run(control, list.finish())) {
      throw new KernelFailedException();
    }
  }

  private void encode(Command command) {
    switch (command) {
      case Command.Embed c -> embed(c);
      case Command.RmsNorm c ->
          wrote(rows.norm(KernelModule.RMS_NORM, c.x(), c.weight(), c.eps(), c.out()));
      case Command.LayerNorm c ->
          wrote(rows.norm(KernelModule.LAYER_NORM, c.x(), c.weight(), c.eps(), c.out()));
      case Command.MatMul c -> products.encode(c);
      case Command.Clamp c -> elementwise(KernelModule.CLAMP, c.x(), c.x(), c.x(), c.bound());
      case Command.Xielu c -> wrote(rows.xielu(c));
      case Command.ScaleRows c -> wrote(rows.scaleRows(c));
      case Command.AddBias c -> wrote(rows.addBias(c));
      case Command.Rope c -> wrote(rows.rope(c));
      case Command.StoreKv c -> attention.store(c);
      case Command.Attention c -> wrote(attention.attend(c));
      case Command.ShortConv c -> wrote(rows.shortConv(c));
      case Command.Gate c ->
          elementwise(KernelModule.gate(c.activation()), c.gate(), c.up(), c.out(), c.limit());
      case Command.Activate c ->
          elementwise(KernelModule.activate(c.activation()), c.x(), c.x(), c.x(), 0f);
      case Command.Add c -> elementwise(KernelModule.ADD, c.x(), c.y(), c.x(), 0f);
      case Command.AddScaled c ->
          elementwise(KernelModule.ADD_SCALED, c.x(), c.y(), c.x(), c.factor());
      case Command.AddGated c -> wrote(rows.addGated(c));
      case Command.Gather c -> wrote(rows.gather(c));
      case Command.Experts c -> wrote(experts.encode(c));
      case Command.Scale c -> elementwise(KernelModule.SCALE, c.x(), c.x(), c.x(), c.factor());
      case Command.SoftCap c -> elementwise(KernelModule.SOFT_CAP, c.x(), c.x(), c.x(), c.cap());
      case Command.ArgMax c -> {
        wrote(rows.argMax(c));
        wrote(SimdTensor.of(c.index()).region());
      }
      case Command.TopK c -> {
        wrote(rows.topK(c));
        wrote(SimdTensor.of(c.indices()).region());
      }
      case Command.ReadBack c -> readBack(c);
      case Command.CausalConv c -> wrote(recurrent.causalConv(c));
      case Command.L2Norm c -> wrote(recurrent.l2Norm(c));
      case Command.ScaleColumns c -> wrote(recurrent.scaleColumns(c));
      case Command.CopyColumns c -> wrote(recurrent.copyColumns(c));
      case Command.CopyHeads c -> wrote(rows.copyHeads(c));
      case Command.HeadMatMul c -> heads.encode(c);
      case Command.DeltaNet c -> wrote(recurrent.deltaNet(c));
      case Command.SsmScan c -> wrote(recurrent.ssmScan(c));
      case Command.TokenShift c -> wrote(recurrent.tokenShift(c));
      case Command.Wkv c -> wrote(recurrent.wkv(c));
      case Command.AddBonus c -> wrote(recurrent.addBonus(c));
      case Command.AddMixed c -> wrote(streams.addMixed(c));
      case Command.MatchLength c -> wrote(streams.matchLength(c));
      case Command.Sparsify c -> wrote(streams.sparsify(c));
    }
  }

  private void elementwise(
      Kernel<ElementwiseArguments> kernel, Tensor x, Tensor y, Tensor out, float factor) {
    wrote(rows.elementwise(kernel, x, y, out, factor));
  }

  private void wrote(Region region) {
    products.wrote(region);
  }

  private void embed(Command.Embed c) {
    SimdTensor out = SimdTensor.of(c.out());
    SimdTensor weight = SimdTensor.of(c.weight());
    if (!list.leaves(weight.region(), out.region())) {
      flush();
    }
    RowReader reader = new RowReader(weight);
    float[] row = new float[out.cols()];
    for (int t = 0; t < c.tokens().length; t++) {
      reader.decode(c.tokens()[t], row);
      out.data().putFloats(4L * t * row.length, row, 0, row.length);
    }
    wrote(out.region());
  }

  private void readBack(Command.ReadBack c) {
    flush();
    SimdTensor src = SimdTensor.of(c.src());
    src.data().getFloats(0, c.dst(), c.offset(), (int) src.values());
  }

  /** Their last rows where these are no whole group, and of several where they lie. */
  @Override
  public long besideWeights(int count, int rows, int cols) {
    long tails = rows % BlockCode.ROWS == 0 ? 0 : aligned(4L * BlockCode.ROWS * cols);
    return count * tails + (count == 1 ? 0 : aligned(MatrixAddresses.bytes(count)));
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
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
