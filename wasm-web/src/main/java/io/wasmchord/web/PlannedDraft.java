package io.wasmchord.web;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;

/**
 * A smaller model that proposes tokens: its file lies whole in the engine's own memory.
 *
 * @param batch tokens that are fed together
 * @param bytes what it takes: the file, a cache for each sequence, scratch
 */
record PlannedDraft(ModelHeader header, int batch, long bytes) implements PlannedProposer {
  /**
   * Plans a draft model beside the one that it proposes for.
   *
   * @throws io.wasmchord.errors.DraftMismatchException when it cannot propose tokens for that one
   * @throws io.wasmchord.errors.OutOfMemoryException when nothing would be left for that one
   */
  static PlannedDraft of(ModelHeader header, ModelHeader model, LoadRequest request) {
    fits(header, model);
    GgufFile file = header.file();
    int batch = LoadPlan.batch(header.model().bytes(ALIGNMENT));
    long bytes =
        size(file)
            + PlannedProposer.besideWeights(
                file.tensors(), header.config(), batch, model.config(), request);
    PlannedProposer.requireRoom("the draft model " + file.fileName(), bytes, request);
    return new PlannedDraft(header, batch, bytes);
  }

  /** Refuses a model that cannot propose tokens for another one. */
  static void fits(ModelHeader header, ModelHeader model) {
    Draft.common(
        header.file().fileName(),
        header.config(),
        header.tokenizer(),
        model.file().fileName(),
        model.tokenizer());
  }

  private static long size(GgufFile file) {
    return file.dataOffset() + file.dataBytes();
  }

  /** The name that messages have for it. */
  String name() {
    return header.file().fileName();
  }

  /** Takes memory for its file. */
  LinearMemory place(LinearAllocator allocator) {
    return allocator.allocate(size(header.file()));
  }

  /** Where the worker writes its file. */
  static JsonObject describe(LinearMemory file) {
    return JsonObject.builder()
        .put("address", file.address() & 0xFFFFFFFFL)
        .put("bytes", file.size())
        .build();
  }
}
