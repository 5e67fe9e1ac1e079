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
 * between two only where one needs what the other writes, and {@link JointCommands} cannot do
 * without.
 */
final class CommandList {
  private static final int FIRST_CAPACITY = 1024;
  private static final int PIECES = 8; // of a thread's run
  private static final int NONE = -1;

  private final LinearAllocator allocator;
  private final KernelModule kernels;
  private final int threads;
  private final int stride;
  private final List<JointCommands.Use> uses = new ArrayList<>(); // since the last barrier
  private final JointCommands open; // not written yet
  private LinearMemory memory;
  private int size;
  private long work;
  private boolean divided; // whether there was a barrier in this list
  private int barrier = NONE; // the last one, while behind it is nothing but its own

  CommandList(LinearAllocator allocator, KernelModule kernels, int threads) {
    this.allocator = allocator;
    this.kernels = kernels;
    this.threads = threads;
    this.stride = CommandLayout.stride(threads);
    this.open = new JointCommands(threads);
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
    JointCommands.Member<A> next = JointCommands.Member.of(kernel, units, arguments);
    if (!open.isEmpty() && !conflicts(next.uses()) && open.add(next)) {
      return;
    }
    close();
    if (conflicts(next.uses())) {
      divide();
    }
    open.begin(next);
  }

  /** Writes the commands that are open. */
  private void close() {
    if (open.isEmpty()) {
      return;
    }
    List<JointCommands.Member<?>> members = open.members();
    boolean alone = barrier != NONE && open.alone();
    if (alone) {
      put(barrier, CommandLayout.OWN, own(barrier) + members.size());
    } else {
      barrier = NONE;
      members.forEach(member -> uses.addAll(member.uses()));
    }
    boolean joint = !alone && open.dependent();
    if (joint) {
      int index = command(CommandLayout.JOINT, open.pieces(), 1);
      put(index, CommandLayout.OWN, members.size());
    }
    for (JointCommands.Member<?> member : members) {
      int chunk = joint ? member.units() / open.pieces() : chunk(member.units());
      write(member, chunk);
    }
    open.clear();
  }

  private int own(int index) {
    return memory.getInt((long) index * stride + CommandLayout.OWN);
  }

  private <A> void write(JointCommands.Member<A> member, int chunk) {
    int index = command(kernels.place(member.kernel()), member.units(), chunk);
    for (Argument<A> argument : member.kernel().layout().words()) {
      put(index, CommandLayout.argument(argument), argument.bits(member.arguments()));
    }
  }

  private int command(int kernel, int units, int chunk) {
    int index = next();
    put(index, CommandLayout.KERNEL, kernel);
    put(index, CommandLayout.CHUNKS, (units + chunk - 1) / chunk);
    put(index, CommandLayout.UNITS, units);
    put(index, CommandLayout.CHUNK, chunk);
    put(index, CommandLayout.OWN, 0);
    for (int thread = 0; threads > 1 && thread < threads; thread++) {
      put(index, CommandLayout.BYTES + CommandLayout.CLAIM_BYTES * thread, 0);
    }
    return index;
  }

  /** Threads rarely finish together, so each gets its run in several pieces. */
  private int chunk(int units) {
    return threads == 1 ? Math.max(1, units) : Math.max(1, units / (threads * PIECES));
  }

  private boolean conflicts(List<JointCommands.Use> next) {
    for (JointCommands.Use use : next) {
      for (JointCommands.Use before : uses) {
        if (use.conflicts(before)) {
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
    close();
    return !divided
        && !conflicts(
            List.of(
                new JointCommands.Use(read, false, 1), new JointCommands.Use(written, true, 1)));
  }

  private void divide() {
    divided = true;
    uses.clear();
    if (threads > 1) {
      barrier = command(CommandLayout.BARRIER, 1, 1);
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
    return size == 0 && open.isEmpty();
  }

  /** Ends the list and returns where it lies; the next command begins another one. */
  Region finish() {
    close();
    command(CommandLayout.END, 1, 1);
    size = 0;
    work = 0;
    divided = false;
    barrier = NONE;
    uses.clear();
    return Region.of(memory);
  }
}
