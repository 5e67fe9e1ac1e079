package io.wasmchord.web.gpu;

import io.wasmchord.errors.ChordException;
import java.util.List;

/** The GPU cannot go on. */
public final class GpuFailedException extends ChordException {
  private static final String LOST = "gpu_lost";

  private GpuFailedException(String code, String message) {
    super(code, message);
  }

  /** Whether the device is gone, so that another one may go on. */
  public boolean isLost() {
    return code().equals(LOST);
  }

  /** The device is gone: after a reset, a driver's update, or too long a sleep. */
  static GpuFailedException lost() {
    return new GpuFailedException(
        LOST,
        "the GPU was lost, after a reset or an update of its driver; load the model again, or with"
            + " backend: 'simd'");
  }

  /** It has no memory left. */
  static GpuFailedException outOfMemory() {
    return new GpuFailedException(
        "out_of_memory",
        "the GPU has no memory left; choose a shorter context, fewer gpuLayers or backend: 'simd'");
  }

  /**
   * It computes something else than the arithmetic contract says.
   *
   * @param differing the commands
   */
  public static GpuFailedException differs(List<String> differing) {
    return new GpuFailedException(
        "gpu_inexact",
        "this GPU, or its driver, gives other results than the CPU for "
            + String.join(", ", differing)
            + "; load the model with backend: 'simd', and report it with the GPU's name");
  }

  /** It refuses what it is asked to do. */
  static GpuFailedException refused() {
    return new GpuFailedException(
        "gpu_failed",
        "the GPU's driver refuses a kernel or a command; the console says which. Load the model"
            + " with backend: 'simd', and report it");
  }
}
