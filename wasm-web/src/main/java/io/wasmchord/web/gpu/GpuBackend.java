package io.wasmchord.web.gpu;

import io.wasmchord.backend.Activation;
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
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.wgsl.rows.Elementwise;
import io.wasmchord.web.wgsl.rows.Norm;
import io.wasmchord.web.wgsl.rows.Rowwise;
import java.util.ArrayList;
import java.util.List;

/**
 * Executes commands on a GPU, with the bits of every other backend. What is submitted is one list
 * of dispatches; read-backs come when it is awaited.
 */
public final class GpuBackend implements ComputeBackend {
  private final GpuDevice device;
  private final LinearAllocator memory;
  private final LinearAllocator activations;
  private final Arena arena;
  private final Recorder recorder;
  private final Weights weights;
  private final Caches caches;
  private final ProductEncoder products;
  private final RowEncoder rows;
  private final AttentionEncoder attention;
  private final RecurrentEncoder recurrent;
  private final ExpertStacks stacks;
  private final ExpertEncoder experts;
  private final KernelVariant variant;
  private final FusedEncoder fused;
  private final List<Reading> readings = new ArrayList<>(); // that are under way
  private int submitted;
  private int awaited;

  /** What comes back of a list. */
  private record Reading(LinearMemory place, float[] dst, int offset, int count) {}

  /**
   * @param memory the engine's, for what passes between it and the GPU
   */
  public GpuBackend(GpuDevice device, LinearAllocator memory, KernelVariant variant) {
    this.device = device;
    this.variant = variant;
    this.memory = memory;
    this.arena = new Arena(device);
    this.activations = new LinearAllocator(arena);
    this.recorder = new Recorder(device, memory, activations, arena);
    this.weights = new Weights(device, memory, recorder, activations);
    this.caches = new Caches(device, memory, recorder);
    this.products = new ProductEncoder(recorder);
    this.rows = new RowEncoder(recorder);
    this.attention = new AttentionEncoder(recorder);
    this.recurrent = new RecurrentEncoder(recorder);
    this.stacks = new ExpertStacks(recorder, weights);
    this.experts = new ExpertEncoder(recorder, products, stacks);
    this.fused = new FusedEncoder(recorder, products);
  }

  @Override
  public String name() {
    return "webgpu";
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return switch (op) {
      case EMBED, MATMUL, HEAD_MATMUL, EXPERTS -> type.format() instanceof WeightFormat;
      case STORE_KV, ATTENTION -> KvType.isStored(type);
      case RMS_NORM, LAYER_NORM, ADD_BIAS, ROPE, GATE, ACTIVATE -> type == TensorType.F32;
      case SCALE_ROWS, SCALE_COLUMNS, CLAMP, SCALE, SOFT_CAP -> type == TensorType.F32;
      case ADD, ADD_SCALED, ADD_GATED, GATHER, READ_BACK -> type == TensorType.F32;
      case COPY_COLUMNS, COPY_HEADS -> type == TensorType.F32;
      case ARG_MAX, TOP_K, XIELU, SHORT_CONV -> type == TensorType.F32;
      case CAUSAL_CONV, L2_NORM, DELTA_NET, SSM_SCAN -> type == TensorType.F32;
      case TOKEN_SHIFT, WKV, ADD_BONUS -> type == TensorType.F32;
      case ADD_MIXED, MATCH_LENGTH, SPARSIFY -> type == TensorType.F32;
    };
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    return weights.allocate(type, rows, cols);
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    return weights.bind(type, rows, cols, data);
  }

  @Override
  public void release(Tensor weight) {
    stacks.released(GpuTensor.of(weight));
    weights.release(GpuTensor.of(weight));
  }

  @Override
  public void free(Tensor allocated) {
    weights.release(GpuTensor.of(allocated));
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    return caches.allocate(spec);
  }

  @Override
  public void release(KvCache cache) {
    caches.release(GpuKvCache.of(cache));
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    caches.read(GpuKvCache.of(cache), piece, to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    caches.write(GpuKvCache.of(cache), piece, from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    byte[] bytes = new byte[(int) piece.bytes(from.spec())];
    read(from, piece, bytes);
    write(to, piece, bytes);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    weights.write(GpuTensor.of(dst), offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    products.begin();
    int before = readings.size();
    try {
      List<Command> list = commands.list();
      for (int at = 0; at < list.size(); ) {
        int together = variant == KernelVariant.FUSED ? fused.encode(list, at) : 0;
        if (together == 0) {
          encode(list.get(at));
        }
        at += Math.max(1, together);
      }
      recorder.submit();
    } catch (RuntimeException e) {
      recorder.drop();
      List<Reading> none = readings.subList(before, readings.size());
      none.forEach(reading -> memory.release(reading.place));
      none.clear();
      throw e;
    }
    int number = ++submitted;
    return () -> await(number);
  }

  private void await(int number) {
    if (number <= awaited) {
      return;
    }
    awaited = submitted;
    try {
      device.await();
      for (Reading r : readings) {
        r.place.getFloats(0, r.dst, r.offset, r.count);
      }
    } finally {
      readings.forEach(reading -> memory.release(reading.place));
      readings.clear();
    }
  }

  private void encode(Command command) {
    switch (command) {
      case Command.Embed c -> products.embed(c);
      case Command.MatMul c -> products.matmul(c);
      case Command.RmsNorm c ->
          wrote(c.out(), () -> rows.norm("rms", Norm::rms, c.x(), c.weight(), c.eps(), c.out()));
      case Command.LayerNorm c ->
          wrote(
              c.out(), () -> rows.norm("layer", Norm::layer, c.x(), c.weight(), c.eps(), c.out()));
      case Command.AddBias c -> rowwise("addBias", c.x(), c.x(), c.bias(), 1);
      case Command.ScaleRows c -> rowwise("scaleRows", c.x(), c.x(), c.factors(), 1);
      case Command.ScaleColumns c -> rowwise("scaleColumns", c.x(), c.x(), c.factors(), c.each());
      case Command.AddGated c -> rowwise("addGated", c.x(), c.y(), c.logits(), 1);
      case Command.Rope c -> wrote(c.x(), () -> rows.rope(c));
      case Command.StoreKv c -> attention.store(c);
      case Command.Attention c -> wrote(c.out(), () -> attention.attend(c));
      case Command.Gather c -> wrote(c.out(), () -> rows.gather(c));
      case Command.CopyColumns c -> wrote(c.out(), () -> rows.copyColumns(c));
      case Command.CopyHeads c -> wrote(c.to().tensor(), () -> rows.copyHeads(c));
      case Command.Gate c -> gate(c);
      case Command.Activate c -> activate(c);
      case Command.Add c -> elementwise("add", c.x(), c.y(), 0f);
      case Command.AddScaled c -> elementwise("addScaled", c.x(), c.y(), c.factor());
      case Command.Scale c -> elementwise("scale", c.x(), c.x(), c.factor());
      case Command.Clamp c -> elementwise("clamp", c.x(), c.x(), c.bound());
      case Command.SoftCap c -> elementwise("softCap", c.x(), c.x(), c.cap());
      case Command.ReadBack c -> readBack(c);
      case Command.ArgMax c -> {
        wrote(c.value(), () -> rows.rank(c.x(), c.count(), 1, c.index(), c.value()));
        products.wrote(GpuTensor.of(c.index()).data());
      }
      case Command.TopK c -> {
        wrote(c.values(), () -> rows.rank(c.x(), c.count(), c.k(), c.indices(), c.values()));
        products.wrote(GpuTensor.of(c.indices()).data());
      }
      case Command.Xielu c -> wrote(c.x(), () -> rows.xielu(c));
      case Command.L2Norm c -> wrote(c.x().tensor(), () -> rows.l2Norm(c));
      case Command.MatchLength c -> wrote(c.x(), () -> rows.matchLength(c));
      case Command.Sparsify c -> wrote(c.x(), () -> rows.sparsify(c));
      case Command.AddMixed c -> wrote(c.out().tensor(), () -> rows.addMixed(c));
      case Command.AddBonus c -> wrote(c.x(), () -> rows.addBonus(c));
      case Command.HeadMatMul c -> {
        for (int head = 0; head < c.heads(); head++) {
          products.matmul(c.of(head));
        }
      }
      case Command.ShortConv c -> wrote(c.out(), () -> recurrent.shortConv(c));
      case Command.CausalConv c -> wrote(c.out(), () -> recurrent.causalConv(c));
      case Command.TokenShift c -> wrote(c.out(), () -> recurrent.tokenShift(c));
      case Command.DeltaNet c -> wrote(c.out(), () -> recurrent.deltaNet(c));
      case Command.SsmScan c -> wrote(c.out(), () -> recurrent.ssmScan(c));
      case Command.Wkv c -> wrote(c.out(), () -> recurrent.wkv(c));
      case Command.Experts c -> wrote(c.out(), () -> experts.encode(c));
    }
  }

  private void wrote(Tensor out, Runnable encode) {
    encode.run();
    products.wrote(GpuTensor.of(out).data());
  }

  private void gate(Command.Gate c) {
    Activation activation = c.activation();
    wrote(
        c.out(),
        () ->
            rows.elementwise(
                "gate " + activation,
                () -> Elementwise.gate(activation),
                c.gate(),
                c.up(),
                c.out(),
                c.limit()));
  }

  private void activate(Command.Activate c) {
    Activation activation = c.activation();
    wrote(
        c.x(),
        () ->
            rows.elementwise(
                "activate " + activation,
                () -> Elementwise.activate(activation),
                c.x(),
                c.x(),
                c.x(),
                0f));
  }

  private void elementwise(String name, Tensor x, Tensor y, float factor) {
    wrote(
        x,
        () ->
            rows.elementwise(
                name,
                () ->
                    switch (name) {
                      case "add" -> Elementwise.add();
                      case "addScaled" -> Elementwise.addScaled();
                      case "scale" -> Elementwise.scale();
                      case "clamp" -> Elementwise.clamp();
                      default -> Elementwise.softCap();
                    },
                x,
                y,
                x,
                factor));
  }

  private void rowwise(String name, Tensor x, Tensor y, Tensor by, int each) {
    wrote(
        x,
        () ->
            rows.rowwise(
                name,
                () ->
                    switch (name) {
                      case "addBias" -> Rowwise.addBias();
                      case "scaleRows" -> Rowwise.scaleRows();
                      case "scaleColumns" -> Rowwise.scaleColumns();
                      default -> Rowwise.addGated();
                    },
                x,
                y,
                by,
                each));
  }

  private void readBack(Command.ReadBack c) {
    GpuTensor src = GpuTensor.of(c.src());
    LinearMemory place = memory.allocate(4L * src.values());
    readings.add(new Reading(place, c.dst(), c.offset(), src.values()));
    recorder.list().read(src.data(), place);
  }

  @Override
  public long allocatedBytes() {
    return activations.allocatedBytes() + weights.bytes() + caches.bytes();
  }

  /**
   * Notes that what was written so far by {@link #write(Tensor, long, ByteView)} stays: constants,
   * which {@link #recover} brings back. What is written later changes from step to step.
   */
  public void seal() {
    weights.keep(false);
  }

  /** Has what is written from now on stay, too, until {@link #seal}. */
  public void unseal() {
    weights.keep(true);
  }

  /**
   * Goes on with another device, whose buffers have the same numbers and hold zeros, but for
   * weights whose bytes lie there alone, which the caller has brought. Caches hold nothing.
   */
  public void recover() {
    stacks.clear();
    weights.recover();
    products.recover();
    recorder.recover();
    awaited = submitted;
  }

  /** Bytes that a cache of this shape takes on a GPU. */
  public static long cacheBytes(KvSpec spec) {
    return GpuKvCache.bytes(spec);
  }

  @Override
  public void close() {
    weights.close();
    caches.close();
    arena.close();
  }
}
