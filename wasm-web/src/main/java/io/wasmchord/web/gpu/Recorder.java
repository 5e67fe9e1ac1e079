package io.wasmchord.web.gpu;

import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What encoders write dispatches with, and where they put what kernels need on the way. */
final class Recorder {
  private static final long FIRST_SCRATCH = 4096;
  private static final int ALIGNMENT = 64;

  private final GpuDevice device;
  private final LinearAllocator memory;
  private final LinearAllocator activations;
  private final Arena arena;
  private final KernelCache kernels;
  private final DispatchList list;
  private final List<LinearMemory> retired = new ArrayList<>(); // of the list, given back behind it
  private GpuMemory scratch; // what one list needs, from its beginning on
  private long taken; // bytes of it

  /**
   * @param memory the engine's
   * @param activations the arena's
   */
  Recorder(GpuDevice device, LinearAllocator memory, LinearAllocator activations, Arena arena) {
    this.device = device;
    this.memory = memory;
    this.activations = activations;
    this.arena = arena;
    this.kernels = new KernelCache(device);
    this.list = new DispatchList(memory);
    this.scratch = Arena.of(activations.allocate(FIRST_SCRATCH));
  }

  DispatchList list() {
    return list;
  }

  GpuDevice device() {
    return device;
  }

  /** Adds a dispatch. */
  <A> void add(String key, Supplier<GpuKernel<A>> kernel, A arguments, DispatchList.Bound bound) {
    KernelCache.Compiled<A> compiled = kernels.get(key, kernel);
    list.dispatch(
        compiled.number(),
        compiled.kernel().grid().apply(arguments),
        compiled.kernel().layout().slot(arguments),
        bound);
  }

  /** Adds a dispatch that binds the arena alone. */
  <A> void add(String key, Supplier<GpuKernel<A>> kernel, A arguments) {
    add(key, kernel, arguments, DispatchList.Bound.NONE);
  }

  /** A region of the arena that lives until it is released. */
  GpuMemory allocate(long words) {
    return Arena.of(activations.allocate(4 * words));
  }

  /** Gives a region back when the list that is recorded was submitted. */
  void retire(GpuMemory region) {
    retired.add(region);
  }

  /** A region of the arena for what one list needs. */
  GpuMemory temporary(long words) {
    long bytes = (4 * words + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (taken + bytes > scratch.size()) {
      retired.add(scratch);
      scratch = Arena.of(activations.allocate(Math.max(2 * scratch.size(), bytes)));
      taken = 0;
    }
    GpuMemory region = scratch.slice(taken, 4 * words);
    taken += bytes;
    return region;
  }

  /** Whole numbers in the arena, for the list that is recorded. */
  GpuMemory words(int[] values) {
    GpuMemory region = temporary(values.length);
    write(region, values);
    return region;
  }

  /** Overwrites a region, before the list that is recorded. */
  void write(GpuMemory region, int[] values) {
    LinearMemory place = memory.allocate(4L * values.length);
    for (int i = 0; i < values.length; i++) {
      place.putInt(4L * i, values[i]);
    }
    write(region, place);
    memory.release(place);
  }

  void write(GpuMemory region, LinearMemory from) {
    device.write(number(region), region.offset(), from);
  }

  /** The number of a region's buffer now. */
  int number(GpuMemory region) {
    return region.buffer() == GpuMemory.ARENA ? arena.buffer() : region.buffer();
  }

  /** Submits what was recorded. */
  void submit() {
    kernels.await();
    if (!list.isEmpty()) {
      list.run(device, arena.buffer());
    }
    end();
  }

  /** Waits for kernels again, before the next list: another device compiles them. */
  void recover() {
    kernels.recover();
  }

  /** Forgets what was recorded. */
  void drop() {
    list.clear();
    end();
  }

  private void end() {
    retired.forEach(activations::release);
    retired.clear();
    taken = 0;
  }
}
