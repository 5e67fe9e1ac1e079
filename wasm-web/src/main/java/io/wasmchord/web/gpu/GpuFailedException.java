package io.wasmchord.web.gpu;

import io.wasmchord.errors.ChordException;

/** The GPU cannot go on. */
public final class GpuFailedException extends ChordException {
  private GpuFailedException(String code, String message) {
    super(code, message);
  }

  /** The device is gone: after a reset, a driver's update, or too long a sleep. */
  static GpuFailedException lost() {
    return new GpuFailedException(
        "gpu_lost",
        "the GPU was lost, after a reset or an update of its driver; load the model again, or with"
            + " backend: 'simd'");
  }

  /** It has no memory left. */
  static GpuFailedException outOfMemory() {
    return new GpuFailedException(
        "out_of_memory",
        "the GPU has no memory left; choose a shorter context, fewer gpuLayers or backend: 'simd'");
  }

  /** It refuses what it is asked to do. */
  static GpuFailedException refused() {
    return new GpuFailedException(
        "gpu_failed",
        "the GPU's driver refuses a kernel or a command; the console says which. Load the model"
            + " with backend: 'simd', and report it");
  }
}
