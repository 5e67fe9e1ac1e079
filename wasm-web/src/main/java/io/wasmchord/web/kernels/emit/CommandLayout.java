package io.wasmchord.web.kernels.emit;

import io.wasmchord.web.kernels.arguments.Argument;

/**
 * A command as the threads read it from linear memory: words of 32 bits. A kernel's work is divided
 * in units; threads claim {@link #CHUNK} of them at a time by adding to {@link #NEXT}.
 */
public final class CommandLayout {
  /** Bytes from one command to the next. */
  public static final int BYTES = 128;

  /** Byte offset of the kernel's place in the function table, or {@link #BARRIER}, {@link #END}. */
  public static final int KERNEL = 0;

  /** Byte offset of the first unit that nobody has claimed. */
  public static final int NEXT = 4;

  /** Byte offset of the number of units. */
  public static final int UNITS = 8;

  /** Byte offset of the number of units that a thread claims at once. */
  public static final int CHUNK = 12;

  /** Byte offset of the kernel's own arguments. */
  public static final int ARGUMENTS = 16;

  /** In place of a kernel: all threads wait for each other. */
  public static final int BARRIER = -1;

  /** In place of a kernel: the list ends. */
  public static final int END = -2;

  private CommandLayout() {}

  /** The byte offset of an argument within a command. */
  public static int argument(Argument<?> argument) {
    return ARGUMENTS + 4 * argument.index();
  }
}
