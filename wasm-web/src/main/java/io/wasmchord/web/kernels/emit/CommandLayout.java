package io.wasmchord.web.kernels.emit;

import io.wasmchord.web.kernels.arguments.Argument;

/**
 * A command as the threads read it from linear memory: words of 32 bits. A kernel's work is divided
 * in units, and these in chunks. Every thread has a run of chunks of its own, so that it reads
 * memory in order: it takes them from the front, and others, once theirs are done, from the end.
 */
public final class CommandLayout {
  /** Bytes of a command; behind it is a word of {@link #CLAIM_BYTES} for each thread's run. */
  public static final int BYTES = 128;

  /**
   * Bytes of a run's word: chunks that were taken from the front in the lower half, from the end in
   * the upper one.
   */
  public static final int CLAIM_BYTES = 4;

  private static final int LINE = 64; // claims lie in lines that hold no arguments

  /** Byte offset of the kernel's place in the function table, or {@link #BARRIER}, {@link #END}. */
  public static final int KERNEL = 0;

  /** Byte offset of the number of chunks. */
  public static final int CHUNKS = 4;

  /** Byte offset of the number of units. */
  public static final int UNITS = 8;

  /** Byte offset of the number of units in a chunk. */
  public static final int CHUNK = 12;

  /** Byte offset of the number of commands behind this one that are its own. */
  public static final int OWN = 16;

  /** Byte offset of the kernel's own arguments. */
  public static final int ARGUMENTS = 20;

  /**
   * In place of a kernel: all threads wait for each other. The last one to come does the commands
   * that are the barrier's own, before it opens.
   */
  public static final int BARRIER = -1;

  /**
   * In place of a kernel: whoever takes a chunk does that chunk of each of the commands that are
   * its own, one after the other.
   */
  public static final int JOINT = -3;

  /** In place of a kernel: the list ends. */
  public static final int END = -2;

  private CommandLayout() {}

  /** Bytes from one command to the next where {@code threads} walk a list; one claims nothing. */
  public static int stride(int threads) {
    return threads == 1 ? BYTES : BYTES + (CLAIM_BYTES * threads + LINE - 1) / LINE * LINE;
  }

  /** The byte offset of an argument within a command. */
  public static int argument(Argument<?> argument) {
    return ARGUMENTS + 4 * argument.index();
  }
}
