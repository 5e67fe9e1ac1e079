package io.wasmchord.weights;

import io.wasmchord.bytes.ByteView;

/** The bytes of a model file by range; all that the core knows of files, networks and caches. */
public interface WeightSource extends AutoCloseable {
  /** The file's name or address, for messages. */
  String name();

  /** Bytes in the file. */
  long size();

  /**
   * The bytes {@code [offset, offset + length)}, valid until this source is closed. The view may be
   * a live mapping.
   *
   * @throws IndexOutOfBoundsException when the range leaves the file
   */
  ByteView view(long offset, long length);

  @Override
  void close();
}
