package io.wasmchord.model;

/** A LoRA adapter in the memory of a model; see {@link Adapters}. */
public interface Adapter {
  /** What its loader called it. */
  String name();

  /** The largest rank of its matrices. */
  int rank();

  /** Bytes of its matrices in memory. */
  long bytes();
}
