package io.wasmchord.model.residency;

import io.wasmchord.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bytes of a file that follow each other.
 *
 * @param offset of the first, from the start of the file
 */
public record FileRange(long offset, long bytes) {
  private static final int GAP = 64; // a copy of fewer bytes is cheaper than a further read

  /** Offset of the first byte behind it. */
  public long end() {
    return offset + bytes;
  }

  /** Whether {@code length} bytes from {@code from} on are all in it. */
  public boolean holds(long from, long length) {
    return from >= offset && from + length <= end();
  }

  /**
   * The ranges that hold {@code tensors}, in the order of the file; tensors with next to nothing
   * between them share one.
   *
   * @param dataOffset where the file's tensors begin
   */
  public static List<FileRange> of(long dataOffset, List<TensorInfo> tensors) {
    List<FileRange> ranges = new ArrayList<>();
    for (TensorInfo tensor :
        tensors.stream().sorted(Comparator.comparingLong(TensorInfo::offset)).toList()) {
      long start = dataOffset + tensor.offset();
      FileRange last = ranges.isEmpty() ? null : ranges.getLast();
      if (last != null && start - last.end() < GAP) {
        ranges.removeLast();
        ranges.add(new FileRange(last.offset, start + tensor.bytes() - last.offset));
      } else {
        ranges.add(new FileRange(start, tensor.bytes()));
      }
    }
    return List.copyOf(ranges);
  }
}
