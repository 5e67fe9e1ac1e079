package io.wasmchord.web;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.NextTokenHead;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.model.residency.Residency;
import java.util.List;

/**
 * The model's own block that predicts further tokens: its tensors lie in the engine's own memory.
 * What it has in common with the model lies there once, or is looked up in the file by both.
 *
 * @param file its header
 * @param batch tokens that are fed together
 * @param bytes what it takes: its tensors, a cache for each sequence, scratch
 */
record PlannedHead(GgufFile file, List<FileRange> ranges, int batch, long bytes)
    implements PlannedProposer {
  /**
   * Plans the block beside its model.
   *
   * @throws io.wasmchord.errors.UnsupportedModelException when there is none, or none that this
   *     version can compute
   * @throws io.wasmchord.errors.OutOfMemoryException when nothing would be left for the model
   */
  static PlannedHead of(Residency model, LoadRequest request) {
    GgufFile file = NextTokenHead.of(model.file());
    Residency head = Residency.of(file);
    List<TensorInfo> own = file.tensors().stream().filter(t -> !model.file().has(t)).toList();
    List<FileRange> ranges = FileRange.of(file.dataOffset(), own);
    int batch = LoadPlan.batch(model.bytes(ALIGNMENT));
    long bytes =
        ranges.stream().mapToLong(range -> range.bytes() + ALIGNMENT).sum()
            + joined(head, batch)
            + PlannedProposer.besideWeights(own, head.config(), batch, model.config(), request);
    PlannedProposer.requireRoom(
        "the block of " + file.fileName() + " that predicts further tokens", bytes, request);
    return new PlannedHead(file, ranges, batch, bytes);
  }

  /** The rows that it makes of tokens and hidden states, and of tokens alone. */
  private static long joined(Residency head, int batch) {
    long looked = head.allLookedUp().stream().mapToLong(t -> t.type().rowBytes(t.cols())).sum();
    return batch * (2L * Float.BYTES * head.config().hidden() + looked) + 2L * ALIGNMENT;
  }
}
