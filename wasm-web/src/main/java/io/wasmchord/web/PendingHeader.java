package io.wasmchord.web;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitGguf;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of a model's files, which the worker brings one after the other. */
final class PendingHeader implements EngineStage {
  private final LinearAllocator allocator;
  private final List<GgufFile> splits = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private @Nullable LinearMemory buffer;

  PendingHeader(LinearAllocator allocator) {
    this.allocator = allocator;
  }

  /** Address of a buffer for the first bytes of a file; replaces the one given before. */
  int buffer(int bytes) {
    if (buffer != null) {
      allocator.release(buffer);
    }
    buffer = allocator.allocate(bytes);
    return buffer.address();
  }

  /**
   * Parses what lies in the buffer; null where that is not the whole header. A file behind the
   * first must be the model's next split, so that no more are asked for where it is not.
   */
  @Nullable GgufFile parse(long fileSize, String name) {
    LinearMemory prefix = buffer;
    if (prefix == null) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    GgufFile parsed = GgufReader.tryParse(prefix, fileSize, name);
    if (parsed != null) {
      allocator.release(prefix);
      buffer = null;
      if (!splits.isEmpty()) {
        SplitGguf.requireSplit(splits.getFirst(), parsed, splits.size(), count());
      }
      splits.add(parsed);
      sizes.add(fileSize);
    }
    return parsed;
  }

  /** How many files the model has, as the first one says. */
  int count() {
    return SplitGguf.count(splits.getFirst());
  }

  /** The model's header, or null while a split is missing. */
  @Nullable GgufFile whole() {
    int count = count();
    if (splits.size() != count) {
      return null;
    }
    return count == 1 ? splits.getFirst() : SplitGguf.merge(splits, sizes);
  }
}
