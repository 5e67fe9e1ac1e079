package io.wasmchord.model.tensors;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hands a file's tensors to a backend, each once, and knows what was asked for. Without a backend
 * it only checks that.
 */
public final class WeightBinder {
  private final GgufFile file;
  private final @Nullable Target target;
  private final RunControl control;
  private final Map<String, Tensor> bound; // by name of tensor or slice
  private final Set<String> asked; // tensors
  private final TensorParts parts;
  private final @Nullable BoundWeights others; // which another model has bound
  private long bytes;

  /** Where weights come from and go to. */
  private record Target(WeightSource source, ComputeBackend backend) {}

  private WeightBinder(
      GgufFile file,
      @Nullable Target target,
      RunControl control,
      Map<String, Tensor> bound,
      Set<String> asked,
      TensorParts parts,
      @Nullable BoundWeights others) {
    this.file = file;
    this.target = target;
    this.control = control;
    this.bound = bound;
    this.asked = asked;
    this.parts = parts;
    this.others = others;
  }

  private WeightBinder(
      GgufFile file, @Nullable Target target, RunControl control, @Nullable BoundWeights others) {
    this(file, target, control, new LinkedHashMap<>(), new HashSet<>(), new TensorParts(), others);
  }

  public WeightBinder(
      GgufFile file, WeightSource source, ComputeBackend backend, RunControl control) {
    this(file, new Target(source, backend), control, null);
  }

  /**
   * One that takes what another model over the same bytes has bound on the backend, where both have
   * the same tensor.
   */
  public WeightBinder(
      GgufFile file,
      WeightSource source,
      ComputeBackend backend,
      RunControl control,
      BoundWeights others) {
    this(file, new Target(source, backend), control, others);
  }

  /** One that looks at shapes and types alone. */
  public static WeightBinder checking(GgufFile file) {
    return new WeightBinder(file, null, RunControl.NONE, null);
  }

  /** One that hands weights to another backend; both know what was asked of either. */
  public WeightBinder on(WeightSource source, ComputeBackend backend) {
    return new WeightBinder(
        file, new Target(source, backend), control, bound, asked, parts, others);
  }

  /** The matrix {@code name}, [rows, cols]. */
  public Tensor matrix(String name, int rows, int cols) {
    return slice(name, new Slice(rows, cols, 0, rows));
  }

  /**
   * Some rows of a matrix [rows, cols], as one of their own.
   *
   * @param from the first
   * @param count how many
   */
  record Slice(int rows, int cols, int from, int count) {
    private boolean whole() {
      return from == 0 && count == rows;
    }

    /** The slice's name, where a whole tensor has the tensor's. */
    private String of(String name) {
      return whole() ? name : name + " from " + from;
    }
  }

  /** A slice of the matrix {@code name}; different slices must not overlap. */
  Tensor slice(String name, Slice slice) {
    TensorInfo info = info(name);
    requireShape(info, slice.rows, slice.cols);
    long rowBytes = info.type().rowBytes(slice.cols);
    return bind(
        slice.of(name),
        info,
        slice.count,
        slice.cols,
        slice.from * rowBytes,
        slice.count * rowBytes);
  }

  /**
   * The matrix {@code name}, [count * rows, cols], as {@code count} matrices of its own. A check
   * knows of one what it knows of all.
   */
  List<Tensor> slices(String name, int count, int rows, int cols) {
    int all = Math.multiplyExact(count, rows);
    if (target == null) {
      return Collections.nCopies(count, slice(name, new Slice(all, cols, 0, rows)));
    }
    List<Tensor> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slices.add(slice(name, new Slice(all, cols, i * rows, rows)));
    }
    return slices;
  }

  /**
   * Checks that two tensors have one type.
   *
   * @throws UnsupportedModelException when they do not
   */
  void requireSameType(String first, String other) {
    if (info(first).type() != info(other).type()) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": "
              + first
              + " is "
              + info(first).type()
              + " and "
              + other
              + " is "
              + info(other).type()
              + "; this version runs mixtures whose experts have one type. Choose another file.");
    }
  }

  /** The first of however many rows of {@code cols} values. */
  public Tensor firstRow(String name, int cols) {
    int rows = (int) Math.min(info(name).rows(), 1 << 24);
    return slice(name, new Slice(rows, cols, 0, 1));
  }

  /** The float32 vector {@code name}, one row of {@code cols}. */
  Tensor vector(String name, int cols) {
    return vectorSlice(name, new Slice(cols, 1, 0, cols));
  }

  /** The float32 vectors {@code name}, [rows, cols]. */
  Tensor vectors(String name, int rows, int cols) {
    TensorInfo info = info(name);
    requireShape(info, rows, cols);
    requireFloats(info);
    return bind(name, info, rows, cols, 0, 4L * rows * cols);
  }

  /** The float32 vectors {@code name}, [rows, cols], one after the other as a single one. */
  Tensor joined(String name, int rows, int cols) {
    TensorInfo info = info(name);
    requireShape(info, rows, cols);
    requireFloats(info);
    return bind(name, info, 1, Math.multiplyExact(rows, cols), 0, 4L * rows * cols);
  }

  /** The float32 vector {@code name} of {@code rows * cols} values, as so many rows. */
  Tensor divided(String name, int rows, int cols) {
    TensorInfo info = info(name);
    requireShape(info, 1, Math.multiplyExact(rows, cols));
    requireFloats(info);
    return bind(name, info, rows, cols, 0, 4L * rows * cols);
  }

  /** The float32 vectors {@code name}, [rows, cols], each as one of its own. */
  List<Tensor> eachRow(String name, int rows, int cols) {
    TensorInfo info = info(name);
    requireShape(info, rows, cols);
    requireFloats(info);
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      each.add(bind(name + " row " + i, info, 1, cols, 4L * i * cols, 4L * cols));
    }
    return each;
  }

  /** A slice of the float32 vector {@code name} of {@code slice.rows()} values, as one row. */
  Tensor vectorSlice(String name, Slice slice) {
    TensorInfo info = info(name);
    requireShape(info, 1, slice.rows);
    requireFloats(info);
    return bind(slice.of(name), info, 1, slice.count, 4L * slice.from, 4L * slice.count);
  }

  private void requireFloats(TensorInfo info) {
    if (info.type() != TensorType.F32) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": tensor "
              + info.name()
              + " is "
              + info.type()
              + "; norms, biases and short convolutions must be F32. Choose a file in another"
              + " quantization.");
    }
  }

  private TensorInfo info(String name) {
    TensorInfo info = file.tensor(name);
    if (info == null) {
      throw new InvalidModelException(
          file.fileName()
              + ": tensor "
              + name
              + " is missing; the file is not a whole model. Choose another of this model.");
    }
    return info;
  }

  /** Like {@link #vector}, or null where the file has no such tensor. */
  public @Nullable Tensor optionalVector(String name, int cols) {
    return file.tensor(name) == null ? null : vector(name, cols);
  }

  /** The one float32 value of {@code name}; 1 where the file has none; of no use in a check. */
  float factor(String name) {
    return file.tensor(name) == null ? 1f : factor(name, 1, 0);
  }

  /** One of the {@code count} float32 values of {@code name}; of no use in a check. */
  float factor(String name, int count, int number) {
    TensorInfo info = info(name);
    requireShape(info, 1, count);
    requireFloats(info);
    asked.add(name);
    return target == null
        ? Float.NaN
        : target.source.view(file.dataOffset() + info.offset(), 4L * count).getFloat(4L * number);
  }

  private void requireShape(TensorInfo info, int rows, int cols) {
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
              + "]. The file may be converted wrongly: choose another of this model.");
    }
  }

  private Tensor bind(String key, TensorInfo info, int rows, int cols, long from, long length) {
    control.check();
    asked.add(info.name());
    Tensor known = bound.get(key);
    if (known != null) {
      return known;
    }
    Tensor shared = others == null ? null : others.of(info, key);
    Tensor tensor = shared == null ? new Shape(info.type(), rows, cols) : shared;
    if (target != null && shared == null) {
      ByteView view = target.source.view(file.dataOffset() + info.offset() + from, length);
      bytes += length;
      control.progress("load", bytes, target.source.size() - file.dataOffset());
      tensor = target.backend.bind(info.type(), rows, cols, view);
    }
    bound.put(key, tensor);
    parts.put(
        tensor, new TensorParts.Part(info.name(), (int) (from / info.type().rowBytes(cols)), rows));
    return tensor;
  }

  /** The tensor, or the slice of one, that was bound as {@code tensor}; empty where none was. */
  public String name(Tensor tensor) {
    for (Map.Entry<String, Tensor> entry : bound.entrySet()) {
      if (entry.getValue() == tensor) {
        return entry.getKey();
      }
    }
    return "";
  }

  /** What is bound so far, for another model over the same bytes. */
  public BoundWeights bound() {
    return new BoundWeights(file, bound);
  }

  /** What each tensor is of the file; further ones are there as they are bound. */
  public TensorParts parts() {
    return parts;
  }

  /** All that was handed to a backend. */
  public Collection<Tensor> tensors() {
    return List.copyOf(bound.values());
  }

  public boolean has(String name) {
    return file.tensor(name) != null;
  }

  /** The tensors that were asked for, or slices of them. */
  public Set<String> asked() {
    return Set.copyOf(asked);
  }
}
