package io.wasmchord.web.gpu;

import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.wgsl.text.GpuKernel;

/**
 * A GPU, as the backend sees it. What is submitted, written, cleared and copied takes effect in the
 * order of the calls.
 */
public interface GpuDevice {
  /** The most bytes of a buffer. */
  long bufferLimit();

  /** The most bytes of a buffer that a kernel can bind. */
  long bindingLimit();

  /** The most bytes of a weight that a kernel binds: the same, or less in tests. */
  long windowLimit();

  /** Creates a buffer of zeros; its number, above 0. */
  int create(long bytes);

  /** Gives a buffer back. */
  void destroy(int buffer);

  /** Overwrites a part of a buffer; offset and size are multiples of 4. */
  void write(int buffer, long offset, LinearMemory from);

  /** Writes zeros; offset and size are multiples of 4. */
  void clear(int buffer, long offset, long bytes);

  /** Copies from one buffer to another; multiples of 4. */
  void copy(int from, long fromOffset, int to, long toOffset, long bytes);

  /** Begins to compile a kernel; its number. */
  int kernel(GpuKernel<?> kernel);

  /**
   * Waits until all kernels are compiled.
   *
   * @throws GpuFailedException when one is refused, or the device was lost
   */
  void awaitKernels();

  /**
   * Submits a list.
   *
   * @param entries as {@link DispatchList} lays them out
   * @param arena the number of the buffer that 0 stands for
   * @param slots the kernels' arguments
   */
  void run(Region entries, int count, int arena, Region slots);

  /**
   * Waits until all that was submitted is done and what it reads lies in the engine's memory.
   *
   * @throws GpuFailedException when the device was lost, or has no memory left
   */
  void await();
}
