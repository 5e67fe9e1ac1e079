package io.wasmchord.web;

import io.wasmchord.json.JsonObject;
import io.wasmchord.web.memory.LinearAllocator;

/** A model that fits; nothing of it is in memory yet. */
record PlannedModel(ModelHeader header, LoadRequest request, LoadPlan plan) implements EngineStage {
  /** What the header says, and the plan. */
  JsonObject describe() {
    return header
        .describe()
        .put("dataOffset", header.file().dataOffset())
        .put("plan", plan.describe(request))
        .build();
  }

  /**
   * Takes the planned memory.
   *
   * @throws io.wasmchord.errors.OutOfMemoryException when the browser does not grant it
   */
  PlacedModel place(LinearAllocator allocator) {
    return new PlacedModel(
        this, new Storage(header.model(), plan, allocator, HostMemory.ofWorker()));
  }
}
