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
final class HeaderParts implements EngineStage {
  private final LinearAllocator allocator;
  private final List<GgufFile> parts = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private @Nullable LinearMemory room;

  HeaderParts(LinearAllocator allocator) {
    this.allocator = allocator;
  }

  /** Address of room for the first bytes of a file; replaces the room given before. */
  int room(int bytes) {
    if (room != null) {
      allocator.release(room);
    }
    room = allocator.allocate(bytes);
    return room.address();
  }

  /**
   * Parses what lies in the room; null where that is not the whole header. A file behind the first
   * must be the model's next part, so that no more are asked for where it is not.
   */
  @Nullable GgufFile parse(long fileSize, String name) {
    LinearMemory prefix = room;
    if (prefix == null) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    GgufFile parsed = GgufReader.tryParse(prefix, fileSize, name);
    if (parsed != null) {
      allocator.release(prefix);
      room = null;
      if (!parts.isEmpty()) {
        SplitGguf.requirePart(parts.getFirst(), parsed, parts.size(), count());
      }
      parts.add(parsed);
      sizes.add(fileSize);
    }
    return parsed;
  }

  /** How many files the model has, as the first one says. */
  int count() {
    return SplitGguf.parts(parts.getFirst());
  }

  /** The model's header, or null while a part of it is missing. */
  @Nullable GgufFile whole() {
    int count = count();
    if (parts.size() != count) {
      return null;
    }
    return count == 1 ? parts.getFirst() : SplitGguf.merge(parts, sizes);
  }
}
