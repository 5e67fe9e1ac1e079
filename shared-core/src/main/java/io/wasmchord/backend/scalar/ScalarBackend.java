package io.wasmchord.backend.scalar;

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
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.WeightFormat;
import java.util.List;

/**
 * The oracle: every command in plain Java over any {@link Memory}. It runs on the JVM and, compiled
 * by TeaVM, in any browser with Wasm GC. Submitted commands have finished when submit returns.
 * After {@link #close} it allocates, writes and computes no more, with a {@link ClosedException}.
 */
public final class ScalarBackend implements ComputeBackend {
  private final MemoryAllocator allocator;
  private final ScalarMatMul matMul;
  private final ScalarAttention attention;
  private volatile boolean closed;

  /**
   * @param allocator where tensors and caches live; closed with this backend
   * @param parallel the host's threads; the results do not depend on it
   */
  public ScalarBackend(MemoryAllocator allocator, Parallel parallel) {
    this.allocator = allocator;
    this.matMul = new ScalarMatMul(parallel);
    this.attention = new ScalarAttention(parallel);
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return switch (op) {
      case EMBED, MATMUL, HEAD_MATMUL, EXPERTS -> decodes(type);
      case STORE_KV, ATTENTION -> KvType.isStored(type);
      case RMS_NORM, LAYER_NORM, ADD_BIAS, ROPE, SHORT_CONV, GATE, ACTIVATE -> plain(type);
      case SCALE_ROWS, CLAMP, XIELU -> plain(type);
      case ADD, ADD_SCALED, ADD_GATED, GATHER, SCALE, SOFT_CAP -> plain(type);
      case ARG_MAX, TOP_K, READ_BACK -> plain(type);
      case CAUSAL_CONV, L2_NORM, SCALE_COLUMNS, COPY_COLUMNS, DELTA_NET, SSM_SCAN -> plain(type);
      case TOKEN_SHIFT, WKV, ADD_BONUS -> plain(type);
      case COPY_HEADS -> plain(type);
      case ADD_MIXED, MATCH_LENGTH, SPARSIFY -> plain(type);
    };
  }

  private static boolean plain(TensorType type) {
    return type == TensorType.F32;
  }

  private static boolean decodes(TensorType type) {
    return type.format() instanceof WeightFormat;
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    requireOpen();
    return new ScalarTensor(
        type, rows, cols, allocator.allocate(Math.multiplyExact(rows, type.rowBytes(cols))));
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    requireOpen();
    long bytes = Math.multiplyExact(rows, type.rowBytes(cols));
    if (data.size() != bytes) {
      throw new IllegalArgumentException(
          type + " [" + rows + ", " + cols + "] takes " + bytes + " bytes, not " + data.size());
    }
    return new ScalarTensor(type, rows, cols, data);
  }

  /** It computes over the caller's bytes as they are. */
  @Override
  public void release(Tensor weight) {
    ScalarTensor.of(weight);
  }

  @Override
  public void free(Tensor allocated) {
    allocator.release(ScalarTensor.of(allocated).memory());
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    requireOpen();
    return new ScalarKvCache(
        spec,
        allocator.allocate(spec.bytes(KvSpec.Part.KEYS)),
        allocator.allocate(spec.bytes(KvSpec.Part.VALUES)),
        allocator.allocate(spec.bytes(KvSpec.Part.ROWS)),
        allocator.allocate(spec.bytes(KvSpec.Part.STATES)));
  }

  @Override
  public void release(KvCache cache) {
    ScalarKvCache scalar = ScalarKvCache.of(cache);
    allocator.release(scalar.keys());
    allocator.release(scalar.values());
    allocator.release(scalar.rows());
    allocator.release(scalar.states());
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    requireOpen();
    ScalarKvCache own = ScalarKvCache.of(cache);
    ScalarKvCache.LAYOUT.read(own.spec(), piece, own.part(piece.part(), piece.layer()), to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    requireOpen();
    ScalarKvCache own = ScalarKvCache.of(cache);
    ScalarKvCache.LAYOUT.write(own.spec(), piece, own.part(piece.part(), piece.layer()), from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    requireOpen();
    ScalarKvCache one = ScalarKvCache.of(from);
    ScalarKvCache other = ScalarKvCache.of(to);
    ScalarKvCache.LAYOUT.copy(
        one.spec(),
        one.part(piece.part(), piece.layer()),
        other.spec(),
        other.part(piece.part(), piece.layer()),
        piece);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    requireOpen();
    ScalarTensor.of(dst).memory().putAll(offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    requireOpen();
    for (Command command : commands.list()) {
      run(command);
    }
    return Completion.DONE;
  }

  /** The bytes of a tensor of such a backend, for a host that computes some products itself. */
  public static ByteView bytes(Tensor tensor) {
    return ScalarTensor.of(tensor).data();
  }

  /** The commands that a mixture of experts stands for, once its router's values are there. */
  public static List<Command> commands(Command.Experts mixture) {
    return ScalarExperts.commands(mixture).list();
  }

  private void run(Command command) {
    switch (command) {
      case Command.Embed c -> ScalarRows.embed(c);
      case Command.RmsNorm c -> ScalarRows.rmsNorm(c);
      case Command.LayerNorm c -> ScalarRows.layerNorm(c);
      case Command.MatMul c ->
          matMul.run(ScalarTensor.of(c.x()), ScalarTensor.of(c.weight()), ScalarTensor.of(c.out()));
      case Command.Clamp c -> ScalarRows.clamp(c);
      case Command.Xielu c -> ScalarRows.xielu(c);
      case Command.ScaleRows c -> ScalarRows.scaleRows(c);
      case Command.AddBias c -> ScalarRows.addBias(c);
      case Command.Rope c -> ScalarRows.rope(c);
      case Command.StoreKv c -> ScalarRows.storeKv(c);
      case Command.Attention c -> attention.run(c);
      case Command.ShortConv c -> ScalarShortConv.run(c);
      case Command.Gate c -> ScalarRows.gate(c);
      case Command.Activate c -> ScalarRows.activate(c);
      case Command.Add c -> ScalarRows.add(c);
      case Command.AddScaled c -> ScalarRows.addScaled(c);
      case Command.AddGated c -> ScalarRows.addGated(c);
      case Command.Gather c -> ScalarRows.gather(c);
      case Command.Experts c -> commands(c).forEach(this::run);
      case Command.Scale c -> ScalarRows.scale(c);
      case Command.SoftCap c -> ScalarRows.softCap(c);
      case Command.ArgMax c -> ScalarRank.argMax(c);
      case Command.TopK c -> ScalarRank.topK(c);
      case Command.ReadBack c -> ScalarRows.readBack(c);
      case Command.CausalConv c -> ScalarCausalConv.run(c);
      case Command.L2Norm c -> ScalarColumns.l2Norm(c);
      case Command.ScaleColumns c -> ScalarColumns.scale(c);
      case Command.CopyColumns c -> ScalarColumns.copy(c);
      case Command.CopyHeads c -> ScalarHeads.copy(c);
      case Command.HeadMatMul c -> {
        for (int head = 0; head < c.heads(); head++) {
          run(c.of(head));
        }
      }
      case Command.DeltaNet c -> ScalarDeltaNet.run(c);
      case Command.SsmScan c -> ScalarSsmScan.run(c);
      case Command.TokenShift c -> ScalarTimeMix.shift(c);
      case Command.Wkv c -> ScalarTimeMix.wkv(c);
      case Command.AddBonus c -> ScalarTimeMix.bonus(c);
      case Command.AddMixed c -> ScalarStreams.addMixed(c);
      case Command.MatchLength c -> ScalarStreams.matchLength(c);
      case Command.Sparsify c -> ScalarStreams.sparsify(c);
    }
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
    allocator.close();
  }
}
