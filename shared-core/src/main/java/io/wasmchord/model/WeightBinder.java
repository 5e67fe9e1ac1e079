package io.wasmchord.model;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands a file's tensors to a backend, each once, and knows at the end which were never asked for.
 * Without a backend it only checks what is asked for.
 */
final class WeightBinder {
  private final GgufFile file;
  private final @Nullable Target target;
  private final RunControl control;
  private final Map<String, Tensor> bound;
  private long bytes;

  /** Where weights come from and go to. */
  private record Target(WeightSource source, ComputeBackend backend) {}

  /** What a check knows of a weight. */
  private record Shape(TensorType type, int rows, int cols) implements Tensor {
    @Override
    public Tensor rows(int from, int count) {
      throw new UnsupportedOperationException("this weight has no bytes");
    }
  }

  private WeightBinder(
      GgufFile file, @Nullable Target target, RunControl control, Map<String, Tensor> bound) {
    this.file = file;
    this.target = target;
    this.control = control;
    this.bound = bound;
  }

  WeightBinder(GgufFile file, WeightSource source, ComputeBackend backend, RunControl control) {
    this(file, new Target(source, backend), control, new LinkedHashMap<>());
  }

  /** One that looks at shapes and types alone. */
  static WeightBinder checking(GgufFile file) {
    return new WeightBinder(file, null, RunControl.NONE, new LinkedHashMap<>());
  }

  /** One that hands weights to another backend; both know what was asked of either. */
  WeightBinder on(WeightSource source, ComputeBackend backend) {
    return new WeightBinder(file, new Target(source, backend), control, bound);
  }

  /** The matrix {@code name}, [rows, cols]. */
  Tensor matrix(String name, int rows, int cols, Op op) {
    TensorInfo info = file.tensor(name);
    if (info == null) {
      throw new InvalidModelException(
          file.fileName() + ": tensor " + name + " is missing; the file is not a whole model");
    }
    return bind(info, rows, cols, op);
  }

  /** The float32 vector {@code name}, one row of {@code cols}. */
  Tensor vector(String name, int cols) {
    Tensor vector = matrix(name, 1, cols, Op.RMS_NORM);
    if (vector.type() != TensorType.F32) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": tensor "
              + name
              + " is "
              + vector.type()
              + "; norms and biases must be F32");
    }
    return vector;
  }

  /** Like {@link #vector}, or null where the file has no such tensor. */
  @Nullable Tensor optionalVector(String name, int cols) {
    return file.tensor(name) == null ? null : vector(name, cols);
  }

  private Tensor bind(TensorInfo info, int rows, int cols, Op op) {
    if (info.rows() != rows || info.cols() != cols) {
      throw new InvalidModelException(
          file.fileName()
              + ": tensor "
              + info.name()
              + " is "
              + info.shape()
              + "; the metadata call for ["
              + cols
              + ", "
              + rows
              + "]");
    }
    if (target != null && !target.backend.supports(op, info.type())) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": tensor "
              + info.name()
              + " has the format "
              + info.type()
              + ", which the "
              + target.backend.name()
              + " backend cannot compute "
              + op
              + " with. Choose a file in another quantization, e.g. Q4_K_M.");
    }
    control.check();
    Tensor known = bound.get(info.name());
    if (known != null) {
      return known;
    }
    Tensor tensor = target == null ? new Shape(info.type(), rows, cols) : bind(target, info, rows);
    bound.put(info.name(), tensor);
    return tensor;
  }

  private Tensor bind(Target to, TensorInfo info, int rows) {
    ByteView view = to.source.view(file.dataOffset() + info.offset(), info.bytes());
    bytes += info.bytes();
    control.progress("load", bytes, to.source.size() - file.dataOffset());
    return to.backend.bind(info.type(), rows, (int) info.cols(), view);
  }

  /** All that was handed to a backend. */
  Collection<Tensor> tensors() {
    return List.copyOf(bound.values());
  }

  boolean has(String name) {
    return file.tensor(name) != null;
  }

  /**
   * Throws when the file holds tensors that nothing asked for: the model would not compute what its
   * authors meant.
   */
  void requireAllConsumed() {
    List<String> left = new ArrayList<>();
    for (TensorInfo info : file.tensors()) {
      if (!bound.containsKey(info.name())) {
        left.add(info.name());
      }
    }
    if (!left.isEmpty()) {
      String names = String.join(", ", left.subList(0, Math.min(8, left.size())));
      throw new InvalidModelException(
          file.fileName()
              + ": "
              + left.size()
              + " tensors have no use in this architecture: "
              + names
              + (left.size() > 8 ? ", ..." : ""));
    }
  }
}
