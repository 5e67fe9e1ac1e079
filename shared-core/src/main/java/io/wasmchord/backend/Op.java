package io.wasmchord.backend;

/** The kinds of command; what {@link ComputeBackend#supports} is asked about. */
public enum Op {
  EMBED,
  RMS_NORM,
  LAYER_NORM,
  MATMUL,
  SCALE_ROWS,
  ADD_BIAS,
  ROPE,
  STORE_KV,
  ATTENTION,
  SHORT_CONV,
  GATE,
  ACTIVATE,
  ADD,
  ADD_SCALED,
  ADD_GATED,
  GATHER,
  EXPERTS,
  SCALE,
  SOFT_CAP,
  ARG_MAX,
  TOP_K,
  READ_BACK
}
