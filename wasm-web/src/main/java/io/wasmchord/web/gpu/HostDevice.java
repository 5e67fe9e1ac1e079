package io.wasmchord.web.gpu;

import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.nio.charset.StandardCharsets;

/** The browser's GPU. Its waits suspend the engine: they are called below a promised export. */
public final class HostDevice implements GpuDevice {
  private static final int KERNELS = 0;
  private static final int WORK = 1;
  private static final int LOST = 1;
  private static final int OUT_OF_MEMORY = 2;

  private final LinearAllocator memory;

  /**
   * @param memory of the engine, where texts are laid for JavaScript
   */
  public HostDevice(LinearAllocator memory) {
    this.memory = memory;
  }

  @Override
  public long bufferLimit() {
    return (long) GpuImports.limit(0);
  }

  @Override
  public long bindingLimit() {
    return (long) GpuImports.limit(1);
  }

  @Override
  public long windowLimit() {
    return (long) GpuImports.limit(2);
  }

  @Override
  public int create(long bytes) {
    return GpuImports.create((double) bytes);
  }

  @Override
  public void destroy(int buffer) {
    GpuImports.destroy(buffer);
  }

  @Override
  public void write(int buffer, long offset, LinearMemory from) {
    GpuImports.write(buffer, (double) offset, from.address(), (int) from.size());
  }

  @Override
  public void clear(int buffer, long offset, long bytes) {
    GpuImports.clear(buffer, (double) offset, (double) bytes);
  }

  @Override
  public void copy(int from, long fromOffset, int to, long toOffset, long bytes) {
    GpuImports.copy(from, (double) fromOffset, to, (double) toOffset, (double) bytes);
  }

  @Override
  public int kernel(GpuKernel<?> kernel) {
    int bindings = 0;
    for (Binding binding : kernel.bindings()) {
      bindings |= 1 << binding.number();
    }
    byte[] text = kernel.text().getBytes(StandardCharsets.UTF_8);
    LinearMemory place = memory.allocate(text.length);
    place.putBytes(0, text, 0, text.length);
    int number = GpuImports.kernel(place.address(), text.length, bindings);
    memory.release(place);
    return number;
  }

  @Override
  public void awaitKernels() {
    check(GpuImports.await(KERNELS));
  }

  @Override
  public void run(Region entries, int count, int arena, Region slots) {
    GpuImports.run(entries.address(), count, arena, slots.address(), (int) slots.bytes());
  }

  @Override
  public void await() {
    check(GpuImports.await(WORK));
  }

  private static void check(int result) {
    if (result != 0) {
      throw result == LOST
          ? GpuFailedException.lost()
          : result == OUT_OF_MEMORY
              ? GpuFailedException.outOfMemory()
              : GpuFailedException.refused();
    }
  }
}
