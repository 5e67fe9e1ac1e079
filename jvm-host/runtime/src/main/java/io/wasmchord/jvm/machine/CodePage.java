package io.wasmchord.jvm.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * Memory that code was written to and can be called: first it can be written, then executed, never
 * both. It stays until the process ends.
 */
@SuppressWarnings("restricted")
final class CodePage {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final long FAILED = -1;

  private final long address;

  private CodePage(long address) {
    this.address = address;
  }

  long address() {
    return address;
  }

  /**
   * Systems whose pages can be had. Kernels take their arguments by the System V convention for
   * x86-64; on Windows {@link WindowsEntry} stands before them.
   */
  enum Host {
    /** Private and anonymous, as {@code mmap(2)} of Linux numbers them. */
    LINUX(0x22),
    /** By {@link WindowsPages}. */
    WINDOWS(0),
    /**
     * Private, anonymous, and for code that is written at run time: {@code MAP_JIT}, without which
     * a signed process gets no such page (Apple's page "Porting just-in-time compilers"). Its
     * switch for each thread, {@code pthread_jit_write_protect_np}, does nothing on x86-64.
     */
    MACOS(0x1802);

    private final int flags;

    Host(int flags) {
      this.flags = flags;
    }

    /** What the JVM calls the system and the processor, or empty where no pages can be had. */
    static Optional<Host> of(String name, String processor) {
      String arch = processor.toLowerCase(Locale.ROOT);
      if (!arch.equals("amd64") && !arch.equals("x86_64")) {
        return Optional.empty();
      }
      String system = name.toLowerCase(Locale.ROOT);
      if (system.equals("linux")) {
        return Optional.of(LINUX);
      }
      if (system.startsWith("windows")) {
        return Optional.of(WINDOWS);
      }
      return system.startsWith("mac os") ? Optional.of(MACOS) : Optional.empty();
    }

    /** The system that this is, or empty where no pages can be had. */
    static Optional<Host> here() {
      return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }
  }

  /** Whether pages are known to be had here. */
  static boolean supported() {
    return Host.here().isPresent();
  }

  /**
   * Puts a function into a page.
   *
   * @throws UnavailableException when the system gives none, or lets none be executed
   */
  static CodePage of(byte[] code) throws UnavailableException {
    return ofEntries(entry(code));
  }

  /** A kernel as this system calls functions. */
  static byte[] entry(byte[] code) {
    return Host.here().equals(Optional.of(Host.WINDOWS)) ? WindowsEntry.before(code) : code;
  }

  /** The same of functions that are called as this system does. */
  static CodePage ofEntries(byte[] code) throws UnavailableException {
    Host host =
        Host.here()
            .orElseThrow(() -> new UnavailableException("no code can be written on this system"));
    long size = Math.max(4096, (code.length + 4095L) / 4096 * 4096);
    try {
      return new CodePage(
          host == Host.WINDOWS ? WindowsPages.place(code, size) : place(code, size, host.flags));
    } catch (UnavailableException e) {
      throw e;
    } catch (Throwable e) {
      throw new UnavailableException("the system's functions cannot be called: " + e.getMessage());
    }
  }

  private static long place(byte[] code, long size, int flags) throws Throwable {
    long address = (long) Libc.MMAP.invokeExact(0L, size, READ | WRITE, flags, -1, 0L);
    if (address == FAILED) {
      throw new UnavailableException("the system gave no memory for code");
    }
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(size);
    MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
    if ((int) Libc.MPROTECT.invokeExact(address, size, READ | EXECUTE) != 0) {
      int ignored = (int) Libc.MUNMAP.invokeExact(address, size);
      throw new UnavailableException("the system lets no new code be executed");
    }
    return address;
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
