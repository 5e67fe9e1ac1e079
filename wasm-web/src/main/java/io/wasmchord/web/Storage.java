package io.wasmchord.web;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.web.gpu.GpuDevice;
import io.wasmchord.web.gpu.GpuMemory;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The memories of a planned model: what the worker fills, and what tensors are bound to. */
final class Storage implements WeightSource {
  private static final int ON_GPU = -1; // in place of a memory's number

  private final Residency model;
  private final LoadPlan plan;
  private final HostMemory host;
  private final List<LinearAllocator> banks = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private final List<LinearMemory> slots = new ArrayList<>();
  private @Nullable LinearMemory staging; // of what is read while computing, outside of layers

  /** Bytes of the file that lie in a memory. */
  private record Segment(FileRange range, int bank, LinearMemory memory) {}

  /** Makes buffers on the GPU; null where there is none. */
  private final @Nullable GpuDevice gpu;

  private long gpuBytes;

  /**
   * Takes the planned memory.
   *
   * @param beside what else of the file lies in the first memory
   * @param main the engine's own memory, the first of those that are planned
   * @param gpu has the first layers where the plan says so; else null
   * @throws io.wasmchord.errors.OutOfMemoryException when the browser does not grant it
   */
  Storage(
      Residency model,
      LoadPlan plan,
      List<FileRange> beside,
      LinearAllocator main,
      HostMemory host,
      @Nullable GpuDevice gpu) {
    this.model = model;
    this.plan = plan;
    this.host = host;
    this.gpu = gpu;
    banks.add(main);
    LayerGroups groups = plan.layers();
    for (int bank = 1; bank < groups.size() && gpu == null; bank++) {
      banks.add(new LinearAllocator(host.further(bank)));
    }
    long data = model.file().dataOffset();
    if (gpu != null) {
      takeOnGpu(model.tensors(groups, 0));
      for (int group = 1; group < groups.size(); group++) {
        FileRange.of(data, model.tensors(groups, group)).forEach(range -> take(range, 0));
      }
    } else if (plan.streamed()) {
      FileRange.of(data, model.staying()).forEach(range -> take(range, 0));
    } else if (groups.size() == 1) {
      model.ranges().forEach(range -> take(range, 0));
    } else {
      for (int bank = 0; bank < groups.size(); bank++) {
        for (FileRange range : FileRange.of(data, model.tensors(groups, bank))) {
          take(range, bank);
        }
      }
    }
    beside.forEach(range -> take(range, 0));
    for (int i = 0; i < plan.bytes().slots(); i++) {
      slots.add(main.allocate(plan.bytes().slotBytes()));
    }
  }

  /** A buffer for each tensor; short ones stay with the engine. */
  private void takeOnGpu(List<TensorInfo> tensors) {
    GpuDevice device = Objects.requireNonNull(gpu);
    for (TensorInfo tensor : tensors) {
      FileRange range = new FileRange(model.file().dataOffset() + tensor.offset(), tensor.bytes());
      if (GpuPlan.staysWithEngine(tensor)) {
        take(range, 0);
      } else {
        long padded = (range.bytes() + 3) / 4 * 4;
        if (padded > device.bufferLimit()) {
          throw new OutOfMemoryException(
              name()
                  + ": tensor "
                  + tensor.name()
                  + " takes "
                  + padded
                  + " bytes, more than a buffer of this GPU has; load the model with backend:"
                  + " 'simd'");
        }
        segments.add(
            new Segment(range, ON_GPU, new GpuMemory(device.create(padded), 0, range.bytes())));
        gpuBytes += padded;
      }
    }
  }

  /** The GPU that has the first layers, or null. */
  @Nullable GpuDevice gpu() {
    return gpu;
  }

  private void take(FileRange range, int bank) {
    segments.add(new Segment(range, bank, banks.get(bank).allocate(range.bytes())));
  }

  List<LinearAllocator> banks() {
    return banks;
  }

  /** Bytes in use in all memories. */
  long allocatedBytes() {
    return gpuBytes + banks.stream().mapToLong(LinearAllocator::allocatedBytes).sum();
  }

  List<Memory> slots() {
    return List.copyOf(slots);
  }

  /** Where the worker writes what: ranges of the file, and the ranges of layers in slots. */
  JsonObject.Builder describe() {
    List<JsonValue> ranges = new ArrayList<>();
    for (Segment s : segments) {
      ranges.add(
          JsonObject.builder()
              .put("from", s.range.offset())
              .put("to", s.range.end())
              .put("bank", s.bank)
              .put("address", s.memory.address() & 0xFFFFFFFFL)
              .put("buffer", s.memory instanceof GpuMemory there ? there.buffer() : 0)
              .build());
    }
    List<JsonValue> addresses = new ArrayList<>();
    for (LinearMemory slot : slots) {
      addresses.add(JsonValue.of(slot.address() & 0xFFFFFFFFL));
    }
    return JsonObject.builder()
        .put("segments", JsonValue.of(ranges))
        .put("slots", JsonValue.of(addresses))
        .put("layers", JsonValue.of(plan.streamed() ? ranges(model.layers()) : List.of()));
  }

  private static List<JsonValue> ranges(LayerMap map) {
    List<JsonValue> layers = new ArrayList<>();
    for (int layer = 0; layer < map.layers(); layer++) {
      List<JsonValue> ranges = new ArrayList<>();
      for (LayerMap.SlotRange p : map.ranges(layer)) {
        ranges.add(
            JsonObject.builder()
                .put("offset", p.fileOffset())
                .put("bytes", p.bytes())
                .put("at", p.slotOffset())
                .build());
      }
      layers.add(JsonValue.of(ranges));
    }
    return layers;
  }

  @Override
  public String name() {
    return model.file().fileName();
  }

  @Override
  public long size() {
    return model.file().dataOffset() + model.file().dataBytes();
  }

  @Override
  public ByteView view(long offset, long length) {
    for (Segment s : segments) {
      if (s.range.holds(offset, length)) {
        return s.memory.slice(offset - s.range.offset(), length);
      }
    }
    return readNow(offset, length);
  }

  /** Reads what is in no memory; the view is good until the next one. */
  private LinearMemory readNow(long offset, long length) {
    LinearMemory buffer = staging;
    if (buffer == null || buffer.size() != length) {
      if (buffer != null) {
        banks.getFirst().release(buffer);
      }
      buffer = banks.getFirst().allocate(length);
      staging = buffer;
    }
    host.readNow(name(), offset, buffer);
    return buffer;
  }

  @Override
  public void close() {}
}
