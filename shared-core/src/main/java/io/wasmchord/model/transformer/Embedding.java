package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.weights.WeightSource;
import org.jspecify.annotations.Nullable;

/** Looks up the rows of tokens. */
@FunctionalInterface
interface Embedding {
  /** Records the lookup of {@code tokens} into the rows of {@code out}. */
  void record(Commands commands, int[] tokens, Tensor out);

  /** Of a matrix in memory. */
  static Embedding resident(Tensor matrix) {
    return (commands, tokens, out) -> commands.embed(matrix, tokens, out);
  }

  /** The same, or null where there is no matrix. */
  static @Nullable Embedding residentOr(@Nullable Tensor matrix) {
    return matrix == null ? null : resident(matrix);
  }

  /** Of a matrix that stays in the file: the rows of a batch are read when it is fed. */
  static Embedding rows(
      TensorInfo info, long dataOffset, WeightSource source, ComputeBackend backend, int batch) {
    Tensor rows = backend.allocate(info.type(), batch, (int) info.cols());
    long rowBytes = info.type().rowBytes(info.cols());
    return (commands, tokens, out) -> {
      int[] order = new int[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        long at = dataOffset + info.offset() + tokens[i] * rowBytes;
        backend.write(rows, i * rowBytes, source.view(at, rowBytes));
        order[i] = i;
      }
      commands.embed(rows, order, out);
    };
  }
}
