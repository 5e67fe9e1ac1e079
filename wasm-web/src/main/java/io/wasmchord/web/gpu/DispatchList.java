package io.wasmchord.web.gpu;

import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.Grid;

/**
 * What is submitted together, in linear memory: entries of {@link #STRIDE} bytes, which JavaScript
 * walks ({@code gpu/list.js}), and the slots of the dispatches' arguments. An entry is
 *
 * <ul>
 *   <li>a dispatch: {@link #DISPATCH}, kernel, x, y, and for the bindings W0, W1, W2 and CACHE
 *       buffer, offset and bytes;
 *   <li>a copy: {@link #COPY}, from, offset, to, offset, bytes;
 *   <li>a read: {@link #READ}, from, offset, bytes, address.
 * </ul>
 *
 * Buffer 0 is the arena.
 */
final class DispatchList {
  static final int STRIDE = 64;
  static final int DISPATCH = 0;
  static final int COPY = 1;
  static final int READ = 2;
  private static final int WINDOW = 12; // bytes of a buffer, an offset and a size
  private static final int FIRST = 512;

  private final LinearAllocator memory;
  private LinearMemory entries;
  private LinearMemory slots;
  private int count;
  private int dispatches;

  DispatchList(LinearAllocator memory) {
    this.memory = memory;
    this.entries = memory.allocate((long) FIRST * STRIDE);
    this.slots = memory.allocate((long) FIRST * Binding.ARGUMENT_BYTES);
  }

  /** What a kernel binds of a buffer. */
  record Window(int buffer, long offset, long bytes) {
    static final Window NONE = new Window(0, 0, 0);
  }

  /** What a dispatch binds beside the arena. */
  record Bound(Window w0, Window w1, Window w2, Window cache) {
    static final Bound NONE = new Bound(Window.NONE, Window.NONE, Window.NONE, Window.NONE);

    static Bound weight(Window w0) {
      return new Bound(w0, Window.NONE, Window.NONE, Window.NONE);
    }

    static Bound cache(Window cache) {
      return new Bound(Window.NONE, Window.NONE, Window.NONE, cache);
    }
  }

  void dispatch(int kernel, Grid grid, int[] arguments, Bound bound) {
    long at = entry(DISPATCH);
    entries.putInt(at + 4, kernel);
    entries.putInt(at + 8, grid.x());
    entries.putInt(at + 12, grid.y());
    window(at + 16, bound.w0());
    window(at + 16 + WINDOW, bound.w1());
    window(at + 16 + 2 * WINDOW, bound.w2());
    window(at + 16 + 3 * WINDOW, bound.cache());
    slot(arguments);
  }

  private void window(long at, Window window) {
    entries.putInt(at, window.buffer());
    entries.putInt(at + 4, (int) window.offset());
    entries.putInt(at + 8, (int) window.bytes());
  }

  private void slot(int[] arguments) {
    long at = (long) dispatches * Binding.ARGUMENT_BYTES;
    if (at == slots.size()) {
      slots = doubled(slots);
    }
    for (int i = 0; i < arguments.length; i++) {
      slots.putInt(at + 4L * i, arguments[i]);
    }
    dispatches++;
  }

  void copy(GpuMemory from, GpuMemory to) {
    long at = entry(COPY);
    entries.putInt(at + 4, from.buffer());
    entries.putInt(at + 8, from.address());
    entries.putInt(at + 12, to.buffer());
    entries.putInt(at + 16, to.address());
    entries.putInt(at + 20, (int) from.size());
  }

  /** Has {@code from} read to the engine's memory by the time that the list was awaited. */
  void read(GpuMemory from, LinearMemory to) {
    long at = entry(READ);
    entries.putInt(at + 4, from.buffer());
    entries.putInt(at + 8, from.address());
    entries.putInt(at + 12, (int) from.size());
    entries.putInt(at + 16, to.address());
  }

  private long entry(int kind) {
    long at = (long) count * STRIDE;
    if (at == entries.size()) {
      entries = doubled(entries);
    }
    entries.putInt(at, kind);
    count++;
    return at;
  }

  private LinearMemory doubled(LinearMemory old) {
    LinearMemory larger = memory.allocate(2 * old.size());
    larger.putAll(0, old);
    memory.release(old);
    return larger;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Submits what is in the list, and begins another one. */
  void run(GpuDevice device, int arena) {
    Region arguments = Region.of(slots).part(0, (long) dispatches * Binding.ARGUMENT_BYTES);
    device.run(Region.of(entries), count, arena, arguments);
    clear();
  }

  /** Begins another one. */
  void clear() {
    count = 0;
    dispatches = 0;
  }
}
