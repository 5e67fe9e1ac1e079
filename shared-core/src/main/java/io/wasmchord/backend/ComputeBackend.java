package io.wasmchord.backend;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.quant.TensorType;

/**
 * The compute seam. A model records {@link Commands} over opaque {@link Tensor} handles; a backend
 * executes them. Every CPU backend gives the same bits as the scalar one. Instances belong to one
 * thread at a time; a model's turns see to that.
 */
public interface ComputeBackend extends AutoCloseable {
  /** A short name for messages, e.g. {@code scalar}. */
  String name();

  /**
   * Whether {@code op} can run with a weight of {@code weightType}; asked at load, where "no" is an
   * error.
   */
  boolean supports(Op op, TensorType weightType);

  /** A zero-filled tensor. */
  Tensor allocate(TensorType type, int rows, int cols, Usage usage);

  /**
   * A weight over bytes that stand as in a GGUF file. The backend may keep the view, or, where it
   * is writable, repack it in place; so the caller must leave the bytes alone from now on and keep
   * them valid.
   */
  Tensor bind(TensorType type, int rows, int cols, ByteView data);

  /**
   * Gives back what the backend made of a weight of {@link #bind}, whose bytes are the caller's
   * again. The weight cannot be used any more.
   */
  void release(Tensor weight);

  /** An empty cache. */
  KvCache allocateKv(KvSpec spec);

  /** Gives the memory of a cache of {@link #allocateKv} back; it cannot be used any more. */
  void release(KvCache cache);

  /** Overwrites an F32 activation's bytes from byte {@code offset} on. */
  void write(Tensor dst, long offset, ByteView src);

  /** A new, empty list of commands for this backend. */
  default Commands record() {
    return new Commands();
  }

  /** Starts the commands in order. A list may be submitted again. */
  Completion submit(Commands commands);

  /** Bytes that this backend has allocated for tensors and caches. */
  long allocatedBytes();

  @Override
  void close();
}
