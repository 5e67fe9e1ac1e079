package io.wasmchord.cli.files;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.quant.TensorType;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much each column of a model's matrices matters: a GGUF file as llama.cpp's llama-imatrix
 * writes it. For each matrix it has the sums of the squares of what came in, and how many tokens
 * were counted; a mixture has them for each expert.
 */
final class ImportanceMatrix implements AutoCloseable {
  private static final String SUMS = ".in_sum2";
  private static final String COUNTS = ".counts";
  private static final String REMEDY = ". Make it again with llama-imatrix, of this model.";
  private static final List<String> KEYS =
      List.of("imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size");

  private final MappedModel opened;
  private final GgufFile file;

  private ImportanceMatrix(MappedModel opened) {
    this.opened = opened;
    this.file = opened.file();
  }

  /**
   * Maps a file and checks that each of its entries is whole.
   *
   * @throws InvalidRequestException when it is no importance matrix
   * @throws io.wasmchord.errors.MalformedGgufException when it is no GGUF file
   */
  static ImportanceMatrix open(Path path) {
    ImportanceMatrix matrix = new ImportanceMatrix(MappedModel.open(List.of(path)));
    try {
      matrix.check();
      return matrix;
    } catch (RuntimeException e) {
      matrix.close();
      throw e;
    }
  }

  private void check() {
    for (String key : KEYS) {
      if (!file.metadata().has(key)) {
        throw new InvalidRequestException(
            file.fileName() + " is no importance matrix: it has no " + key + REMEDY);
      }
    }
    if (file.tensors().isEmpty()) {
      throw new InvalidRequestException(file.fileName() + " has no entries" + REMEDY);
    }
    for (TensorInfo tensor : file.tensors()) {
      String name = tensor.name();
      if (name.endsWith(SUMS)) {
        require(tensor, name.substring(0, name.length() - SUMS.length()) + COUNTS);
      } else if (name.endsWith(COUNTS)) {
        require(tensor, name.substring(0, name.length() - COUNTS.length()) + SUMS);
      }
    }
  }

  private void require(TensorInfo tensor, String partner) {
    if (file.tensor(partner) == null) {
      throw new InvalidRequestException(
          file.fileName() + " has " + tensor.name() + " without " + partner + REMEDY);
    }
    if (tensor.type() != TensorType.F32) {
      throw new InvalidRequestException(
          file.fileName() + ": " + tensor.name() + " is " + tensor.type() + ", not F32" + REMEDY);
    }
  }

  /** Whether it has an entry of this matrix. */
  boolean has(TensorInfo matrix) {
    return file.tensor(matrix.name() + SUMS) != null;
  }

  /**
   * The importances of a matrix's columns, one expert's after the other's; null where the file has
   * no entry of it.
   *
   * @throws InvalidRequestException when the entry is of a matrix of another shape, or not of
   *     numbers that sums of squares can be
   */
  float @Nullable [] of(TensorInfo matrix) {
    TensorInfo sums = file.tensor(matrix.name() + SUMS);
    TensorInfo counts = file.tensor(matrix.name() + COUNTS);
    if (sums == null || counts == null) {
      return null;
    }
    long experts = experts(matrix);
    long expected = matrix.cols() * experts;
    if (sums.elements() != expected || counts.elements() != experts) {
      throw new InvalidRequestException(
          file.fileName()
              + ": the entry of "
              + matrix.name()
              + " has "
              + sums.elements()
              + " sums and "
              + counts.elements()
              + " counts, the matrix takes "
              + expected
              + " and "
              + experts
              + REMEDY);
    }
    float[] importances = floats(sums);
    float[] tokens = floats(counts);
    for (int i = 0; i < importances.length; i++) {
      float count = Math.round((double) tokens[i / Math.toIntExact(matrix.cols())]);
      importances[i] = count > 0f ? importances[i] / count : 1f;
    }
    return importances;
  }

  /** How many matrices of two dimensions a tensor holds. */
  static long experts(TensorInfo matrix) {
    return matrix.shape().size() < 3 ? 1 : matrix.rows() / matrix.shape().get(1);
  }

  private float[] floats(TensorInfo tensor) {
    ByteView bytes = opened.weights().view(file.dataOffset() + tensor.offset(), tensor.bytes());
    float[] values = new float[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat(4L * i);
      if (!(values[i] >= 0f && values[i] < Float.POSITIVE_INFINITY)) {
        throw new InvalidRequestException(
            file.fileName() + ": " + tensor.name() + " has a " + values[i] + REMEDY);
      }
    }
    return values;
  }

  @Override
  public void close() {
    opened.close();
  }
}
