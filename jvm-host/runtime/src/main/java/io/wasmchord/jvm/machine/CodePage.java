package io.wasmchord.jvm.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Memory that code was written to and can be called: first it can be written, then executed, never
 * both. It stays until the process ends.
 */
@SuppressWarnings("restricted")
final class CodePage {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22; // of Linux
  private static final long FAILED = -1;

  private final long address;

  private CodePage(long address) {
    this.address = address;
  }

  long address() {
    return address;
  }

  /** Whether pages are known to be had so: on Linux with 64-bit x86 processors. */
  static boolean supported() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return system.equals("linux") && (processor.equals("amd64") || processor.equals("x86_64"));
  }

  /**
   * Puts code into a page.
   *
   * @throws UnavailableException when the system gives none, or lets none be executed
   */
  static CodePage of(byte[] code) throws UnavailableException {
    long size = Math.max(4096, (code.length + 4095L) / 4096 * 4096);
    try {
      long address =
          (long) Libc.MMAP.invokeExact(0L, size, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (address == FAILED) {
        throw new UnavailableException("the system gave no memory for code");
      }
      MemorySegment page = MemorySegment.ofAddress(address).reinterpret(size);
      MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
      if ((int) Libc.MPROTECT.invokeExact(address, size, READ | EXECUTE) != 0) {
        int ignored = (int) Libc.MUNMAP.invokeExact(address, size);
        throw new UnavailableException("the system lets no new code be executed");
      }
      return new CodePage(address);
    } catch (UnavailableException e) {
      throw e;
    } catch (Throwable e) {
      throw new UnavailableException("the system's functions cannot be called: " + e.getMessage());
    }
  }

  /** Why machine code cannot be used here. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    UnavailableException(String reason) {
      super(reason);
    }
  }

  /** The C library's functions. */
  private static final class Libc {
    private static final MethodHandle MMAP =
        handle(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT =
        handle(
            "mprotect",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    private static final MethodHandle MUNMAP =
        handle(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private static MethodHandle handle(String name, FunctionDescriptor function) {
      Linker linker = Linker.nativeLinker();
      SymbolLookup library = linker.defaultLookup();
      return linker.downcallHandle(library.find(name).orElseThrow(), function);
    }
  }
}
