package io.wasmchord.jvm;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.weights.WeightSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file mapped into memory, of any size; the operating system reads what is touched. */
public final class MappedWeights implements WeightSource {
  private final Path path;
  private final Arena arena;
  private final MemorySegment segment;

  private MappedWeights(Path path, Arena arena, MemorySegment segment) {
    this.path = path;
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Maps {@code path}.
   *
   * @throws FileException when it is not a readable file
   */
  public static MappedWeights open(Path path) {
    if (!Files.exists(path)) {
      throw new FileException(path + " does not exist; check the path");
    }
    if (!Files.isRegularFile(path)) {
      throw new FileException(path + " is not a file; name a .gguf file");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedWeights(path, arena, segment);
    } catch (IOException e) {
      arena.close();
      throw new FileException(path + " cannot be read: " + e.getMessage());
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long size() {
    return segment.byteSize();
  }

  /**
   * {@inheritDoc}
   *
   * @throws ClosedException when the file is not mapped any more
   */
  @Override
  public ByteView view(long offset, long length) {
    if (!arena.scope().isAlive()) {
      throw new ClosedException(path + " is closed; open it again");
    }
    return new SegmentMemory(segment.asSlice(offset, length));
  }

  /** Ends the mapping; closing again does nothing. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
