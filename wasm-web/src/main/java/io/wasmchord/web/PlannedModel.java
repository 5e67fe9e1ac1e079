package io.wasmchord.web;

import io.wasmchord.json.JsonObject;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.web.gpu.GpuDevice;
import io.wasmchord.web.gpu.HostDevice;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that fits; nothing of it is in memory yet.
 *
 * @param proposer what proposes tokens beside it, or null
 */
record PlannedModel(
    ModelHeader header, LoadRequest request, LoadPlan plan, @Nullable PlannedProposer proposer)
    implements EngineStage {
  /** Bytes of what proposes tokens beside it. */
  long draftBytes() {
    return proposer == null ? 0 : proposer.bytes();
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
    List<FileRange> beside = proposer instanceof PlannedHead head ? head.ranges() : List.of();
    GpuDevice gpu = plan.gpu() == null ? null : new HostDevice(allocator);
    Storage storage =
        new Storage(header.model(), plan, beside, allocator, HostMemory.ofWorker(), gpu);
    LinearMemory draftFile = proposer instanceof PlannedDraft draft ? draft.place(allocator) : null;
    return new PlacedModel(this, storage, draftFile);
  }
}
