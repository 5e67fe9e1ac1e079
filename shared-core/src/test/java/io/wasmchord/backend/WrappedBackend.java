package io.wasmchord.backend;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.quant.TensorType;

/** Hands everything on to another backend; tests change what they look at. */
public class WrappedBackend implements ComputeBackend {
  private final ComputeBackend inner;

  public WrappedBackend(ComputeBackend inner) {
    this.inner = inner;
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return inner.supports(op, type);
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    return inner.allocate(type, rows, cols);
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    return inner.bind(type, rows, cols, data);
  }

  @Override
  public void release(Tensor weight) {
    inner.release(weight);
  }

  @Override
  public void free(Tensor allocated) {
    inner.free(allocated);
  }

  @Override
  public KvCache allocateKv(KvSpec spec) {
    return inner.allocateKv(spec);
  }

  @Override
  public void release(KvCache cache) {
    inner.release(cache);
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    inner.read(cache, piece, to);
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    inner.write(cache, piece, from);
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    inner.copy(from, to, piece);
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    inner.write(dst, offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    return inner.submit(commands);
  }

  @Override
  public long allocatedBytes() {
    return inner.allocatedBytes();
  }

  @Override
  public void close() {
    inner.close();
  }
}
