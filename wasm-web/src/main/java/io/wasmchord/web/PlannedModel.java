package io.wasmchord.web;

import io.wasmchord.json.JsonObject;
import io.wasmchord.web.memory.LinearAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A model that fits; nothing of it is in memory yet.
 *
 * @param draft a smaller model beside it, or null
 */
record PlannedModel(
    ModelHeader header, LoadRequest request, LoadPlan plan, @Nullable PlannedDraft draft)
    implements EngineStage {
  /** Bytes of the smaller model beside it. */
  long draftBytes() {
    return draft == null ? 0 : draft.bytes();
  }

  /** What the header says, and the plan. */
  JsonObject describe() {
    return header
        .describe()
        .put("dataOffset", header.file().dataOffset())
        .put("plan", plan.describe(request, draftBytes()))
        .build();
  }

  /**
   * Takes the planned memory.
   *
   * @throws io.wasmchord.errors.OutOfMemoryException when the browser does not grant it
   */
  PlacedModel place(LinearAllocator allocator) {
    Storage storage = new Storage(header.model(), plan, allocator, HostMemory.ofWorker());
    return new PlacedModel(this, storage, draft == null ? null : draft.place(allocator));
  }
}
