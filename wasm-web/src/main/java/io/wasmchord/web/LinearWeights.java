package io.wasmchord.web;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.weights.WeightSource;

/** A model file of which the data section, or the part of it that tensors use, lies in linear memory. */
record LinearWeights(String name, long dataOffset, LinearMemory data) implements WeightSource {
  @Override
  public long size() {
    return dataOffset + data.size();
  }

  @Override
  public ByteView view(long offset, long length) {
    return data.slice(offset - dataOffset, length);
  }

  @Override
  public void close() {}
}
