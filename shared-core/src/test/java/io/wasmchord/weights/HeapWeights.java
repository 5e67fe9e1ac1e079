package io.wasmchord.weights;

import io.wasmchord.ReferenceData;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole small file in a Java array. */
public record HeapWeights(String name, HeapMemory bytes) implements WeightSource {
  public static HeapWeights read(Path path) {
    return new HeapWeights(
        path.getFileName().toString(), HeapMemory.wrap(ReferenceData.bytes(path)));
  }

  /** Writes the file; its path is returned. */
  public Path write(Path path) throws IOException {
    return Files.write(path, toArray());
  }

  /** A copy of all bytes. */
  public byte[] toArray() {
    byte[] copy = new byte[Math.toIntExact(size())];
    bytes.getBytes(0, copy, 0, copy.length);
    return copy;
  }

  @Override
  public long size() {
    return bytes.size();
  }

  @Override
  public ByteView view(long offset, long length) {
    return bytes.slice(offset, length);
  }

  @Override
  public void close() {}
}
