package io.wasmchord.model.residency;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Where a layer's tensors lie in the file, and where in a slot of memory. */
public final class LayerMap {
  private static final int ALIGNMENT = 64;

  private final List<List<SlotRange>> layers;

  /**
   * Bytes that follow each other in the file and in the slot.
   *
   * @param fileOffset from the start of the file
   * @param slotOffset from the start of the slot
   */
  public record SlotRange(long fileOffset, long bytes, long slotOffset) {
    private boolean holds(long offset, long length) {
      return new FileRange(fileOffset, bytes).holds(offset, length);
    }
  }

  private LayerMap(List<List<SlotRange>> layers) {
    this.layers = layers;
  }

  /**
   * The map of layers.
   *
   * @param dataOffset where the file's tensors begin
   * @param tensors of each layer
   */
  static LayerMap of(long dataOffset, List<List<TensorInfo>> tensors) {
    return new LayerMap(
        tensors.stream().map(layer -> inSlot(FileRange.of(dataOffset, layer))).toList());
  }

  private static List<SlotRange> inSlot(List<FileRange> files) {
    List<SlotRange> ranges = new ArrayList<>();
    long slot = 0;
    for (FileRange file : files) {
      ranges.add(new SlotRange(file.offset(), file.bytes(), slot));
      slot += aligned(file.bytes());
    }
    return List.copyOf(ranges);
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Layers. */
  public int layers() {
    return layers.size();
  }

  /** The ranges of a layer. */
  public List<SlotRange> ranges(int layer) {
    return layers.get(layer);
  }

  /** Bytes of each layer in the file. */
  public List<Long> bytes() {
    return IntStream.range(0, layers()).mapToObj(this::bytes).toList();
  }

  /** Bytes of a layer in the file. */
  public long bytes(int layer) {
    return layers.get(layer).stream().mapToLong(SlotRange::bytes).sum();
  }

  /** Bytes that a slot must have to hold any layer. */
  public long slotBytes() {
    return layers.stream()
        .mapToLong(ranges -> ranges.stream().mapToLong(p -> aligned(p.bytes())).sum())
        .max()
        .orElse(0);
  }

  /** The bytes of a layer, by their place in the file, in a slot that holds it. */
  public WeightSource source(String name, int layer, Memory slot) {
    return new SlotSource(name, ranges(layer), slot);
  }

  private record SlotSource(String name, List<SlotRange> ranges, Memory slot)
      implements WeightSource {
    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public ByteView view(long offset, long length) {
      for (SlotRange range : ranges) {
        if (range.holds(offset, length)) {
          return slot.slice(range.slotOffset + offset - range.fileOffset, length);
        }
      }
      throw new IndexOutOfBoundsException(name + " has no bytes at " + offset + " in this layer");
    }

    @Override
    public void close() {}
  }
}
