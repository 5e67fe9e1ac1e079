package io.wasmchord.web.gpu;

import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The kernels that were asked for; each is written and compiled once. */
final class KernelCache {
  private final GpuDevice device;
  private final Map<String, Compiled<?>> kernels = new HashMap<>();
  private boolean compiling;

  /** A kernel and its number on the device. */
  record Compiled<A>(GpuKernel<A> kernel, int number) {}

  KernelCache(GpuDevice device) {
    this.device = device;
  }

  /**
   * A kernel.
   *
   * @param key is of this kernel alone
   * @param write writes it, where it is not known
   */
  @SuppressWarnings("unchecked") // by the key
  <A> Compiled<A> get(String key, Supplier<GpuKernel<A>> write) {
    Compiled<?> known = kernels.get(key);
    if (known == null) {
      GpuKernel<A> kernel = write.get();
      known = new Compiled<>(kernel, device.kernel(kernel));
      kernels.put(key, known);
      compiling = true;
    }
    return (Compiled<A>) known;
  }

  /** Has all of them waited for again. */
  void recover() {
    compiling = true;
  }

  /** Waits for those that are not compiled yet. */
  void await() {
    if (compiling) {
      device.awaitKernels();
      compiling = false;
    }
  }
}
