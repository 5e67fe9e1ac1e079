package io.wasmchord.web.simd;

import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.Argument;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of commands in linear memory. Threads run neighbours at the same time; a barrier goes
 * between two only where one needs what the other writes.
 */
final class CommandList {
  private static final int FIRST_CAPACITY = 1024;
  private static final int PIECES = 8; // of a thread's run

  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final int threads;
  private final int stride;
  private final List<Region> reads = new ArrayList<>(); // since the last barrier
  private final List<Region> writes = new ArrayList<>();
  private LinearMemory memory;
  private int size;
  private long work;
  private boolean divided; // whether there was a barrier in this list

  CommandList(LinearAllocator allocator, KernelModule kernels, int threads) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.threads = threads;
    this.stride = CommandLayout.stride(threads);
    this.memory = allocator.allocate((long) FIRST_CAPACITY * stride);
  }

  /** Bytes of a list that holds so many commands, for so many threads. */
  static long bytes(long commands, int threads) {
    long capacity = FIRST_CAPACITY;
    while (capacity < commands) {
      capacity *= 2;
    }
    return capacity * CommandLayout.stride(threads);
  }

  /**
   * Appends a command; what it reads and writes is what its arguments say.
   *
   * @param units its work
   */
  <A> void add(Kernel<A> kernel, int units, A arguments) {
    List<Region> read = new ArrayList<>();
    List<Region> write = new ArrayList<>();
    kernel.layout().reads(arguments, read::add);
    kernel.layout().writes(arguments, write::add);
    if (conflicts(read, write)) {
      barrier();
    }
    reads.addAll(read);
    writes.addAll(write);
    int index = next();
    put(index, CommandLayout.KERNEL, kernels.place(kernel));
    int chunk = chunk(units);
    put(index, CommandLayout.CHUNKS, (units + chunk - 1) / chunk);
    put(index, CommandLayout.UNITS, units);
    put(index, CommandLayout.CHUNK, chunk);
    for (int thread = 0; threads > 1 && thread < threads; thread++) {
      put(index, CommandLayout.BYTES + CommandLayout.CLAIM_BYTES * thread, 0);
    }
    for (Argument<A> argument : kernel.layout().words()) {
      put(index, CommandLayout.argument(argument), argument.bits(arguments));
    }
  }

  /** Threads rarely finish together, so each gets its run in several pieces. */
  private int chunk(int units) {
    return threads == 1 ? Math.max(1, units) : Math.max(1, units / (threads * PIECES));
  }

  private boolean conflicts(List<Region> read, List<Region> write) {
    return overlap(read, writes) || overlap(write, writes) || overlap(write, reads);
  }

  private static boolean overlap(List<Region> some, List<Region> others) {
    for (Region a : some) {
      for (Region b : others) {
        if (a.overlaps(b)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether Java may read and write these now, before the commands of the list run: none of them
   * writes what is read, or uses what is written.
   */
  boolean leaves(Region read, Region written) {
    return !divided && !conflicts(List.of(read), List.of(written));
  }

  private void barrier() {
    divided = true;
    reads.clear();
    writes.clear();
    if (threads > 1) {
      put(next(), CommandLayout.KERNEL, CommandLayout.BARRIER);
    }
  }

  private int next() {
    long bytes = (long) (size + 1) * stride;
    if (bytes > memory.size()) {
      LinearMemory larger = allocator.allocate(2 * memory.size());
      byte[] old = new byte[(int) memory.size()];
      memory.getBytes(0, old, 0, old.length);
      larger.putBytes(0, old, 0, old.length);
      allocator.release(memory);
      memory = larger;
    }
    return size++;
  }

  private void put(int index, int field, int value) {
    memory.putInt((long) index * stride + field, value);
  }

  /** Adds to the list's work: multiplications of a product. */
  void work(long multiplications) {
    work += multiplications;
  }

  /** Multiplications in the list. */
  long work() {
    return work;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Ends the list and returns where it lies; the next command begins another one. */
  Region finish() {
    put(next(), CommandLayout.KERNEL, CommandLayout.END);
    size = 0;
    work = 0;
    divided = false;
    reads.clear();
    writes.clear();
    return Region.of(memory);
  }
}
