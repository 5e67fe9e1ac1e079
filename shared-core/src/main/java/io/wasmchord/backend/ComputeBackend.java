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
   * Whether a command can run; {@link Need} says what {@code type} is. Asked when a model is loaded
   * for every command that it will record, and when a cache is made; "no" is an error there.
   */
  boolean supports(Op op, TensorType type);

  /** A zero-filled tensor. */
  Tensor allocate(TensorType type, int rows, int cols);

  /**
   * A weight over bytes that stand as in a GGUF file. The backend may keep the view, or, where it
   * is writable, repack it in place; so the caller must leave the bytes alone from now on and keep
   * them valid.
   */
  Tensor bind(TensorType type, int rows, int cols, ByteView data);

  /**
   * Gives back what the backend made of a weight of {@link #bind}, whose bytes are the caller's
   * again. The weight cannot be used any more. No submission may be pending.
   */
  void release(Tensor weight);

  /**
   * Gives the memory of a tensor of {@link #allocate} back, and what was made of it if it was a
   * weight; it cannot be used any more. No submission may be pending.
   */
  void free(Tensor allocated);

  /** An empty cache. */
  KvCache allocateKv(KvSpec spec);

  /**
   * Gives the memory of a cache of {@link #allocateKv} back; it cannot be used any more. No
   * submission may be pending.
   */
  void release(KvCache cache);

  /**
   * Copies a piece of a cache to {@code to}, which is as long as it, in the order that all backends
   * share. No submission may be pending.
   */
  void read(KvCache cache, KvPiece piece, byte[] to);

  /** Overwrites a piece of a cache, with bytes of {@link #read}. No submission may be pending. */
  void write(KvCache cache, KvPiece piece, byte[] from);

  /**
   * Copies a piece of positions from one cache to another, which may have other capacities but
   * keeps the same of each position. No submission may be pending.
   */
  void copy(KvCache from, KvCache to, KvPiece piece);

  /**
   * Overwrites the bytes of a tensor of {@link #allocate} from byte {@code offset} on. It takes its
   * turn among the submissions: those before it, pending ones too, do not see it, and those after
   * it do. {@code src} is the caller's again on return.
   */
  void write(Tensor dst, long offset, ByteView src);

  /** A new, empty list of commands for this backend. */
  default Commands record() {
    return new Commands();
  }

  /**
   * Starts the commands in order, after all that was submitted before. They are those that the list
   * has now; it may be submitted again. Until {@link Completion#await} returns, the arrays of its
   * read-backs hold nothing of use, and weights and caches that it uses must stay.
   */
  Completion submit(Commands commands);

  /**
   * Bytes that it takes beside {@code count} weights of float32 [rows, cols], one of each expert or
   * one alone, when it multiplies by them.
   */
  default long besideWeights(int count, int rows, int cols) {
    return 0;
  }

  /** Bytes that this backend has allocated for tensors and caches. */
  long allocatedBytes();

  @Override
  void close();
}
