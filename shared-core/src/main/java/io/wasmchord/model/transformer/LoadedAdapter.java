package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.config.AdapterFile.Pair;
import io.wasmchord.model.tensors.TensorParts.Part;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An adapter's matrices, as float32, on the backends of the weights that they are added to. */
final class LoadedAdapter implements Adapter {
  private static final int PIECE = 1 << 14; // values that are written together

  private final String name;
  private final AdapterFile file;
  private final List<AdapterTargets.Use> uses;
  private final Map<Part, Delta> deltas = new HashMap<>();
  private final List<Owned> owned = new ArrayList<>();

  private record Owned(ComputeBackend backend, Tensor tensor) {}

  /**
   * What is added to a weight.
   *
   * @param a [rank, in], of the token embedding [vocabulary, rank]
   * @param b [out, rank]
   * @param trained the rank that the adapter was trained with, without zeros
   */
  record Delta(Tensor a, Tensor b, int trained) {}

  private LoadedAdapter(String name, AdapterFile file, List<AdapterTargets.Use> uses) {
    this.name = name;
    this.file = file;
    this.uses = uses;
  }

  static LoadedAdapter read(
      String name,
      AdapterFile file,
      List<AdapterTargets.Use> uses,
      WeightSource source,
      List<Section> sections) {
    LoadedAdapter adapter = new LoadedAdapter(name, file, uses);
    try {
      adapter.read(source, sections);
      return adapter;
    } catch (RuntimeException e) {
      adapter.free();
      throw e;
    }
  }

  private void read(WeightSource source, List<Section> sections) {
    String last = "";
    List<Tensor> a = List.of();
    for (AdapterTargets.Use use : uses) {
      Pair pair = use.pair();
      ComputeBackend backend = sections.get(use.target().section()).backend();
      int experts = use.target().experts();
      if (!pair.base().equals(last)) {
        int rows = (int) pair.a().rows() / experts;
        a = new ArrayList<>();
        for (int e = 0; e < experts; e++) {
          a.add(allocate(backend, use.aRows(), use.aCols()));
          write(source, pair.a(), e * rows, rows, backend, a.get(e));
        }
        last = pair.base();
      }
      for (int e = 0; e < experts; e++) {
        Tensor b = allocate(backend, use.cols(), use.rank());
        write(source, pair.b(), use.part(e).from(), use.cols(), backend, b);
        deltas.put(use.part(e), new Delta(a.get(e), b, pair.rank()));
      }
    }
  }

  private Tensor allocate(ComputeBackend backend, int rows, int cols) {
    if (4L * rows * cols > Integer.MAX_VALUE) {
      throw new OutOfMemoryException(
          file.file().fileName() + ": a matrix of [" + cols + ", " + rows + "] is too large");
    }
    Tensor tensor = backend.allocate(TensorType.F32, rows, cols);
    owned.add(new Owned(backend, tensor));
    return tensor;
  }

  /** Writes rows of the file's tensor; what is wider stays 0. */
  private void write(
      WeightSource source,
      TensorInfo info,
      int from,
      int count,
      ComputeBackend backend,
      Tensor to) {
    long rowBytes = info.type().rowBytes(info.cols());
    int block = info.type().blockElements();
    int blockBytes = info.type().blockBytes();
    BlockDecoder decoder = info.type().format().decoder().orElseThrow();
    byte[] bytes = new byte[(int) rowBytes];
    int together = Math.max(1, PIECE / to.cols());
    for (int row = 0; row < count; row += together) {
      int n = Math.min(together, count - row);
      float[] values = new float[n * to.cols()];
      for (int r = 0; r < n; r++) {
        long at = file.file().dataOffset() + info.offset() + (from + row + r) * rowBytes;
        source.view(at, rowBytes).getBytes(0, bytes, 0, bytes.length);
        for (int b = 0; b * blockBytes < bytes.length; b++) {
          decoder.decode(bytes, b * blockBytes, values, r * to.cols() + b * block);
        }
      }
      HeapMemory piece = HeapMemory.ofSize(4 * values.length);
      piece.putFloats(0, values, 0, values.length);
      backend.write(to, 4L * row * to.cols(), piece);
    }
  }

  @Nullable Delta delta(Part part) {
    return deltas.get(part);
  }

  List<AdapterTargets.Use> uses() {
    return uses;
  }

  /**
   * What B's product is multiplied by.
   *
   * @param scale the caller's
   */
  float factor(float scale, int rank) {
    return file.alpha() == 0f ? scale : scale * file.alpha() / rank;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int rank() {
    return file.rank();
  }

  @Override
  public long bytes() {
    return AdapterTargets.bytes(uses);
  }

  /** Gives its memory back. */
  void free() {
    owned.forEach(o -> o.backend.free(o.tensor));
    owned.clear();
    deltas.clear();
  }
}
