package io.wasmchord.web;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.weights.WeightSource;

/** A whole file in memory, which is another's. */
record BufferedFile(String name, LinearMemory bytes) implements WeightSource {
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
