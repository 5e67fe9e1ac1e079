package io.wasmchord.backend;

/** What a tensor is for, so that a backend can choose its layout. */
public enum Usage {
  /** Written once when the model is loaded, then only read. */
  WEIGHT,
  /** Read and written by commands. */
  ACTIVATION
}
