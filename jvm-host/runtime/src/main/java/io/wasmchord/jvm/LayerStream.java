package io.wasmchord.jvm;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.LayerCacheStatistics;
import io.wasmchord.weights.WeightSource;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a model whose layers pass through slots of native memory. What belongs to no layer
 * is read once and stays; the rows of an embedding are read when they are looked up. Nothing is
 * mapped.
 */
public final class LayerStream implements WeightSource {
  private final ModelChannels files;
  private final SegmentAllocator allocator = new SegmentAllocator();
  private final List<Resident> residents = new ArrayList<>();
  private final ChannelSlotLoader loader;
  private final LayerSlots slots;
  private final Footprint plan;

  /** Bytes that stay in memory, and where they stand in the files. */
  private record Resident(FileRange range, Memory bytes) {}

  private LayerStream(Residency model, ModelChannels files, Footprint plan, MemoryOptions options) {
    this.files = files;
    this.plan = plan;
    try {
      List<Memory> memories = new ArrayList<>();
      List<MemorySegment> segments = new ArrayList<>();
      for (int i = 0; i < plan.slots(); i++) {
        SegmentMemory memory = allocator.allocate(plan.slotBytes());
        memories.add(memory);
        segments.add(memory.segment());
      }
      this.loader = new ChannelSlotLoader(files, model.layers(), segments);
      this.slots =
          new LayerSlots(model.layers(), memories, options.policy(), options.prefetch(), loader);
    } catch (RuntimeException e) {
      allocator.close();
      files.close();
      throw e;
    }
  }

  /**
   * Opens a model's files and reads what stays in memory.
   *
   * @param paths all of them, in order
   * @throws FileException when one cannot be opened
   * @throws io.wasmchord.errors.OutOfMemoryException when the system does not grant the slots
   * @throws io.wasmchord.errors.WeightsUnavailableException when the files cannot be read
   */
  static LayerStream open(
      List<Path> paths,
      Residency model,
      Footprint plan,
      MemoryOptions options,
      RunControl control) {
    ModelChannels files = ModelChannels.open(paths);
    LayerStream stream = new LayerStream(model, files, plan, options);
    try {
      stream.readResidents(model, control);
      return stream;
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private void readResidents(Residency model, RunControl control) {
    long done = 0;
    for (TensorInfo tensor : model.staying()) {
      SegmentMemory memory = allocator.allocate(tensor.bytes());
      long start = model.file().dataOffset() + tensor.offset();
      files.read(start, memory.segment(), control::cancelled);
      residents.add(new Resident(new FileRange(start, tensor.bytes()), memory));
      done += tensor.bytes();
      control.progress("load", done, plan.staying());
    }
    control.progress("load", plan.staying(), plan.staying());
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public long size() {
    return files.size();
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.wasmchord.errors.WeightsUnavailableException when the bytes are not in memory and
   *     cannot be read any more
   */
  @Override
  public ByteView view(long offset, long length) {
    for (Resident resident : residents) {
      if (resident.range.holds(offset, length)) {
        return resident.bytes.slice(offset - resident.range.offset(), length);
      }
    }
    return HeapMemory.wrap(files.bytes(offset, Math.toIntExact(length))); // an embedding's row
  }

  /** What the layers pass through. */
  public LayerSlots slots() {
    return slots;
  }

  /** Bytes of slots and of what stays in memory. */
  long allocatedBytes() {
    return allocator.allocatedBytes();
  }

  /** What the budget is spent on. */
  public Footprint plan() {
    return plan;
  }

  /** Which layers were there when they were needed, so far. */
  public LayerCacheStatistics statistics() {
    return slots.cache().statistics();
  }

  /** Bytes a second while layers were read. */
  public double bytesPerSecond() {
    return loader.bytesPerSecond();
  }

  /** Ends the thread that reads, then frees the memory; the model must be closed already. */
  @Override
  public void close() {
    loader.close();
    files.close();
    allocator.close();
  }
}
