package io.wasmchord.web.gpu;

import org.teavm.interop.Import;

/** What JavaScript does for the GPU; see {@code gpu/device.js}. Buffers have numbers above 0. */
final class GpuImports {
  private GpuImports() {}

  /** Creates a buffer of zeros; its number. */
  @Import(module = "chord", name = "gpuCreate")
  static native int create(double bytes);

  /** Gives a buffer back, once what was submitted before is done with it. */
  @Import(module = "chord", name = "gpuDestroy")
  static native void destroy(int buffer);

  /** Overwrites a part of a buffer from the engine's memory, before the next submission. */
  @Import(module = "chord", name = "gpuWrite")
  static native void write(int buffer, double offset, int address, int bytes);

  /** Writes zeros, in the order of submissions. */
  @Import(module = "chord", name = "gpuClear")
  static native void clear(int buffer, double offset, double bytes);

  /** Copies from buffer to buffer, in the order of submissions. */
  @Import(module = "chord", name = "gpuCopy")
  static native void copy(int from, double fromOffset, int to, double toOffset, double bytes);

  /** Begins to compile a kernel whose text lies in the engine's memory; its number. */
  @Import(module = "chord", name = "gpuKernel")
  static native int kernel(int address, int bytes, int bindings);

  /** Submits a list; see {@link DispatchList}. */
  @Import(module = "chord", name = "gpuRun")
  static native void run(int list, int entries, int arena, int slots, int slotBytes);

  /**
   * Waits until kernels are compiled, or all that was submitted is done and what is read lies in
   * the engine's memory: 0, or a {@link GpuFailure}'s number. It suspends, so that it is called
   * below a promised export alone.
   */
  @Import(module = "chord", name = "gpuWait")
  static native int await(int what);

  /**
   * A limit of the device in bytes: 0 of a buffer, 1 of what a kernel binds of one, 2 of what it
   * binds of a weight.
   */
  @Import(module = "chord", name = "gpuLimit")
  static native double limit(int what);
}
