package io.wasmchord.model.transformer;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Need;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.model.tensors.Shape;
import io.wasmchord.model.tensors.WeightBinder;
import io.wasmchord.quant.TensorType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Computes nothing: asks a backend whether it could run what is submitted. Its tensors are shapes,
 * and its caches have no memory.
 */
final class DryRunBackend implements ComputeBackend {
  private final ComputeBackend backend;
  private final String file;
  private final WeightBinder weights;
  private final Map<Op, Set<TensorType>> granted = new EnumMap<>(Op.class); // asked about once

  /**
   * @param backend the backend
   * @param file its name, for messages
   * @param weights knows the tensors' names
   */
  DryRunBackend(ComputeBackend backend, String file, WeightBinder weights) {
    this.backend = backend;
    this.file = file;
    this.weights = weights;
  }

  private record ShapeCache(KvSpec spec) implements KvCache {
    @Override
    public Tensor rows(int layer) {
      return new Shape(TensorType.F32, spec.capacity(layer), spec.requireWidth(layer));
    }

    @Override
    public Tensor states(int layer) {
      return new Shape(TensorType.F32, spec.states(), spec.requireState(layer));
    }
  }

  @Override
  public String name() {
    return backend.name();
  }

  /** Which type a cache has is not known yet: one of them must do. */
  @Override
  public boolean supports(Op op, TensorType type) {
    if (op != Op.STORE_KV && op != Op.ATTENTION) {
      return backend.supports(op, type);
    }
    boolean any = false;
    for (KvType kv : KvType.values()) {
      any |= backend.supports(op, kv.stored());
    }
    return any;
  }

  /**
   * Asks about every command.
   *
   * @throws UnsupportedModelException at the first that the backend cannot run
   */
  @Override
  public Completion submit(Commands commands) {
    for (Command command : commands.list()) {
      for (Need need : Need.of(command)) {
        Set<TensorType> types =
            granted.computeIfAbsent(need.op(), op -> EnumSet.noneOf(TensorType.class));
        if (!types.contains(need.type())) {
          if (!supports(need.op(), need.type())) {
            throw refused(need);
          }
          types.add(need.type());
        }
      }
    }
    return Completion.DONE;
  }

  private UnsupportedModelException refused(Need need) {
    String tensor = need.weight() == null ? "" : weights.name(need.weight());
    if (tensor.isEmpty()) { // or factors that no file has
      return new UnsupportedModelException(
          file
              + ": the "
              + backend.name()
              + " backend cannot compute "
              + need.op()
              + " with "
              + need.type()
              + ", which the model needs. Choose another backend or model.");
    }
    return new UnsupportedModelException(
        file
            + ": tensor "
            + tensor
            + " has the format "
            + need.type()
            + ", which the "
            + backend.name()
            + " backend cannot compute "
            + need.op()
            + " with. Choose a file in another quantization, e.g. Q4_K_M.");
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    return new Shape(type, rows, cols);
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    return new Shape(type, rows, cols);
  }

  @Override
  public void release(Tensor weight) {}

  @Override
  public void free(Tensor allocated) {}

  @Override
  public KvCache allocateKv(KvSpec spec) {
    return new ShapeCache(spec);
  }

  @Override
  public void release(KvCache cache) {}

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {}

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {}

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {}

  @Override
  public void write(Tensor dst, long offset, ByteView src) {}

  @Override
  public long allocatedBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
