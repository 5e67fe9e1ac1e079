package io.wasmchord.jvm.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;

/**
 * Pages of Windows, by the functions and numbers of Microsoft's pages on {@code VirtualAlloc},
 * {@code VirtualProtect}, {@code VirtualFree} and {@code FlushInstructionCache}.
 */
@SuppressWarnings("restricted")
final class WindowsPages {
  private static final int COMMIT_AND_RESERVE = 0x3000;
  private static final int RELEASE = 0x8000;
  private static final int READ_AND_WRITE = 0x04;
  private static final int READ_AND_EXECUTE = 0x20;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final MethodHandle ALLOCATE = handle("VirtualAlloc", LONG, LONG, LONG, INT, INT);
  private static final MethodHandle PROTECT = handle("VirtualProtect", INT, LONG, LONG, INT, LONG);
  private static final MethodHandle FREE = handle("VirtualFree", INT, LONG, LONG, INT);
  private static final MethodHandle PROCESS = handle("GetCurrentProcess", LONG);
  private static final MethodHandle FLUSH = handle("FlushInstructionCache", INT, LONG, LONG, LONG);

  private WindowsPages() {}

  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    BiFunction<String, Arena, SymbolLookup> open = SymbolLookup::libraryLookup;
    SymbolLookup kernel = open.apply("kernel32", Arena.global());
    return Linker.nativeLinker()
        .downcallHandle(kernel.find(name).orElseThrow(), FunctionDescriptor.of(result, arguments));
  }

  /**
   * The address of a page with the code.
   *
   * @param size of the page, at least the code's
   */
  static long place(byte[] code, long size) throws Throwable {
    long address = (long) ALLOCATE.invokeExact(0L, size, COMMIT_AND_RESERVE, READ_AND_WRITE);
    if (address == 0) {
      throw new CodePage.UnavailableException("the system gave no memory for code");
    }
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(size);
    MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
    try (Arena arena = Arena.ofConfined()) {
      long before = arena.allocate(INT).address(); // what the page could be used for
      if ((int) PROTECT.invokeExact(address, size, READ_AND_EXECUTE, before) == 0) {
        int ignored = (int) FREE.invokeExact(address, 0L, RELEASE);
        throw new CodePage.UnavailableException("the system lets no new code be executed");
      }
    }
    int ignored = (int) FLUSH.invokeExact((long) PROCESS.invokeExact(), address, size);
    return address;
  }
}
