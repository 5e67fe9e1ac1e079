package io.wasmchord.web;

import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.gpu.GpuDevice;
import io.wasmchord.web.gpu.GpuFailedException;
import io.wasmchord.web.gpu.HostDevice;
import io.wasmchord.web.gpu.KernelVariant;
import io.wasmchord.web.gpu.Referee;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that fits; nothing of it is in memory yet.
 *
 * @param proposer what proposes tokens beside it, or null
 * @param verdict on the GPU that has a part of it, or null before {@link #refereed}
 */
record PlannedModel(
    ModelHeader header,
    LoadRequest request,
    LoadPlan plan,
    @Nullable PlannedProposer proposer,
    Referee.@Nullable Verdict verdict)
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

  /** The same, when the GPU was compared with plain code in the model's formats. */
  PlannedModel refereed(LinearAllocator allocator) {
    Set<TensorType> types = EnumSet.noneOf(TensorType.class);
    for (TensorInfo tensor : header.model().tensors(plan.layers(), 0)) {
      if (tensor.rows() > 1 && tensor.type().format() instanceof WeightFormat) {
        types.add(tensor.type());
      }
    }
    Referee.Verdict found =
        Referee.judge(new HostDevice(allocator), allocator, types, request.cache().type());
    return new PlannedModel(header, request, plan, proposer, found);
  }

  /**
   * The kernels of the GPU that has a part of it.
   *
   * @throws GpuFailedException where none give the bits of the CPU
   */
  KernelVariant kernels() {
    Referee.Verdict found = Objects.requireNonNull(verdict, "no referee has looked at the GPU");
    if (found.kernels() == null) {
      throw GpuFailedException.differs(found.differing());
    }
    return found.kernels();
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
