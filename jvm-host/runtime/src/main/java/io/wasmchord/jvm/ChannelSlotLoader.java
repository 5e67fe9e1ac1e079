package io.wasmchord.jvm;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.weights.SlotLoader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads layers from files into slots of native memory, on a thread of its own, in the order in
 * which they were asked for. {@link #close} ends the thread after the range that it is reading;
 * then the slots may be freed.
 */
final class ChannelSlotLoader implements SlotLoader, AutoCloseable {
  private final ModelChannels files;
  private final LayerMap map;
  private final List<MemorySegment> slots;
  private final Thread reader = new Thread(this::work, "chord-reader");
  private final Queue<Request> queue = new ArrayDeque<>(); // this and below: guarded by this
  private final boolean[] arrived;
  private final @Nullable RuntimeException[] failed; // by slot
  private boolean closed;
  private long bytes;
  private long nanos;

  private record Request(int layer, int slot) {}

  /**
   * Starts the thread.
   *
   * @param slots each of {@link LayerMap#slotBytes}
   */
  ChannelSlotLoader(ModelChannels files, LayerMap map, List<MemorySegment> slots) {
    this.files = files;
    this.map = map;
    this.slots = List.copyOf(slots);
    this.arrived = new boolean[slots.size()];
    this.failed = new RuntimeException[slots.size()];
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public synchronized void start(int layer, int slot) {
    arrived[slot] = false;
    failed[slot] = null;
    queue.add(new Request(layer, slot));
    notifyAll();
  }

  @Override
  public synchronized boolean arrived(int slot) {
    return arrived[slot];
  }

  @Override
  public synchronized void await(int slot) {
    try {
      while (!arrived[slot] && !closed) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while a layer was read");
    }
    if (!arrived[slot]) {
      throw new CancelledException("the model was closed while it was used");
    }
    RuntimeException failure = failed[slot];
    if (failure != null) {
      throw failure;
    }
  }

  /** Bytes a second that reading took from the files, or from the system's cache; 0 before any. */
  synchronized double bytesPerSecond() {
    return nanos == 0 ? 0 : bytes / (nanos / 1e9);
  }

  private void work() {
    for (Request next = take(); next != null; next = take()) {
      long start = System.nanoTime();
      RuntimeException failure = null;
      try {
        read(next);
      } catch (RuntimeException e) {
        failure = e; // thrown where the layer is awaited
      }
      finish(next, failure, System.nanoTime() - start);
    }
  }

  private synchronized @Nullable Request take() {
    while (queue.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        return null; // nobody has this thread but this loader
      }
    }
    return closed ? null : queue.remove();
  }

  private void read(Request request) {
    MemorySegment slot = slots.get(request.slot);
    for (LayerMap.SlotRange range : map.ranges(request.layer)) {
      files.read(
          range.fileOffset(), slot.asSlice(range.slotOffset(), range.bytes()), this::isClosed);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void finish(
      Request request, @Nullable RuntimeException failure, long elapsed) {
    arrived[request.slot] = true;
    failed[request.slot] = failure;
    if (failure == null) {
      bytes += map.bytes(request.layer);
      nanos += elapsed;
    }
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join(); // it may be writing to a slot
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
