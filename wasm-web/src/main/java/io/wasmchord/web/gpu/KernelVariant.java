package io.wasmchord.web.gpu;

/** Which kernels compute, from the fastest on. All give the same bits where a driver is right. */
public enum KernelVariant {
  /** Neighbouring commands share kernels. */
  FUSED,
  /** A command is a kernel. */
  SINGLE
}
