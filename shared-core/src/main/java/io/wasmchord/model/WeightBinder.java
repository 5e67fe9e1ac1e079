package io.wasmchord.model;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands a file's tensors to the backend, each once, and knows at the end which were never asked for. */
final class WeightBinder {
  private final GgufFile file;
  private final WeightSource source;
  private final ComputeBackend backend;
  private final RunControl control;
  private final Map<String, Tensor> bound = new LinkedHashMap<>();
  private long bytes;

  WeightBinder(GgufFile file, WeightSource source, ComputeBackend backend, RunControl control) {
    this.file = file;
    this.source = source;
    this.backend = backend;
    this.control = control;
  }

  /** The matrix {@code name}, [rows, cols]. */
  Tensor matrix(String name, int rows, int cols, Op op) {
    TensorInfo info = file.tensor(name);
    if (info == null) {
      throw new InvalidModelException(file.fileName() + ": tensor " + name + " is missing; the file is not a whole model");
    }
    return bind(info, rows, cols, op);
  }

  /** The float32 vector {@code name}, one row of {@code cols}. */
  Tensor vector(String name, int cols) {
    Tensor vector = matrix(name, 1, cols, Op.RMS_NORM);
    if (vector.type() != TensorType.F32) {
      throw new UnsupportedModelException(
          file.fileName() + ": tensor " + name + " is " + vector.type() + "; norms and biases must be F32");
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
    if (!backend.supports(op, info.type())) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": tensor "
              + info.name()
              + " has the format "
              + info.type()
              + ", which the "
              + backend.name()
              + " backend cannot compute "
              + op
              + " with. Choose a file in another quantization, e.g. Q4_K_M.");
    }
    control.check();
    Tensor known = bound.get(info.name());
    if (known != null) {
      return known;
    }
    Tensor tensor =
        backend.bind(info.type(), rows, cols, source.view(file.dataOffset() + info.offset(), info.bytes()));
    bound.put(info.name(), tensor);
    bytes += info.bytes();
    control.progress("load", bytes, source.size() - file.dataOffset());
    return tensor;
  }

  boolean has(String name) {
    return file.tensor(name) != null;
  }

  /** Throws when the file holds tensors that nothing asked for: the model would not compute what its authors meant. */
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
          file.fileName() + ": " + left.size() + " tensors have no use in this architecture: " + names
              + (left.size() > 8 ? ", ..." : ""));
    }
  }
}
