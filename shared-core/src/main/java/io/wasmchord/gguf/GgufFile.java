package io.wasmchord.gguf;

import io.wasmchord.maps.StringIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed and checked header: metadata, the tensor table, and where the data section starts. */
public final class GgufFile {
  private final int version;
  private final Metadata metadata;
  private final List<TensorInfo> tensors;
  private final StringIndex names = new StringIndex();
  private final long dataOffset;
  private final int alignment;
  private final String fileName;

  GgufFile(
      int version,
      Metadata metadata,
      List<TensorInfo> tensors,
      long dataOffset,
      int alignment,
      String fileName) {
    this.version = version;
    this.metadata = metadata;
    this.tensors = List.copyOf(tensors);
    this.dataOffset = dataOffset;
    this.alignment = alignment;
    this.fileName = fileName;
    for (TensorInfo tensor : tensors) {
      names.add(tensor.name());
    }
  }

  /** The format's version, 2 or 3. */
  public int version() {
    return version;
  }

  public Metadata metadata() {
    return metadata;
  }

  /** The tensor table in the file's order. */
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /** The tensor called {@code name}, or null. */
  public @Nullable TensorInfo tensor(String name) {
    int found = names.find(name);
    return found < 0 ? null : tensors.get(found);
  }

  /** Whether it has this very tensor: as named, and in the same place. */
  public boolean has(TensorInfo tensor) {
    return tensor.equals(tensor(tensor.name()));
  }

  /** Bytes from the start of the file to the data section, which tensor offsets count from. */
  public long dataOffset() {
    return dataOffset;
  }

  /** {@code general.alignment}, 32 where it is absent. */
  public int alignment() {
    return alignment;
  }

  /** The file's name or address, for messages. */
  public String fileName() {
    return fileName;
  }

  /** Bytes of the data section: up to the end of the last tensor. */
  public long dataBytes() {
    long end = 0;
    for (TensorInfo tensor : tensors) {
      end = Math.max(end, tensor.offset() + tensor.bytes());
    }
    return end;
  }
}
