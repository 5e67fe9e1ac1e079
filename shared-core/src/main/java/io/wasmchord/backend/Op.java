package io.wasmchord.backend;

/** The kinds of command; what {@link ComputeBackend#supports} is asked about. */
public enum Op {
  EMBED,
  RMS_NORM,
  MATMUL,
  ADD_BIAS,
  ROPE,
  STORE_KV,
  ATTENTION,
  GATE,
  ADD,
  SCALE,
  SOFT_CAP,
  READ_BACK
}
