package io.wasmchord.jvm.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What the processor can do, as it says itself: CPUID and XGETBV (the manual, volume 2), run
 * through emitted code.
 */
@SuppressWarnings("restricted")
final class Processor {
  private static final int OSXSAVE = 1 << 27; // leaf 1, ECX
  private static final int F = 1 << 16; // leaf 7, EBX
  private static final int BW = 1 << 30;
  private static final int VL = 1 << 31;
  private static final int VNNI = 1 << 11; // leaf 7, ECX
  private static final int SAVED = 0xE6; // XCR0: all of the 512-bit registers, and the narrower

  private Processor() {}

  /**
   * Whether there is AVX-512 with byte and word operations and with VNNI, and the system keeps the
   * registers.
   *
   * @throws CodePage.UnavailableException when no code can be executed to ask
   */
  static boolean hasVnni512() throws CodePage.UnavailableException {
    try {
      MethodHandle ask = ask();
      int most = (int) (long) ask.invokeExact(0L, 0L);
      if (most < 7 || (ecx(ask, 1) & OSXSAVE) == 0) {
        return false;
      }
      int wanted = F | BW | VL;
      return (ebx(ask, 7) & wanted) == wanted
          && (ecx(ask, 7) & VNNI) != 0
          && (saved() & SAVED) == SAVED;
    } catch (CodePage.UnavailableException e) {
      throw e;
    } catch (Throwable e) {
      throw new CodePage.UnavailableException("the processor cannot be asked: " + e.getMessage());
    }
  }

  private static int ebx(MethodHandle ask, int leaf) throws Throwable {
    return (int) (long) ask.invokeExact((long) leaf, 1L);
  }

  private static int ecx(MethodHandle ask, int leaf) throws Throwable {
    return (int) (long) ask.invokeExact((long) leaf, 2L);
  }

  /** {@code f(leaf, which)}: EAX, EBX or ECX of CPUID's leaf, for which = 0, 1 and 2. */
  private static MethodHandle ask() throws CodePage.UnavailableException {
    Assembler a = new Assembler();
    a.push(Gpr.RBX);
    a.move(Gpr.RAX, Gpr.RDI);
    a.move(Gpr.R8, Gpr.RSI);
    a.move(Gpr.RCX, 0);
    a.raw(0x0F, 0xA2); // cpuid
    a.raw(0x49, 0x83, 0xF8, 0x01); // cmp r8, 1
    a.raw(0x0F, 0x44, 0xC3); // cmove eax, ebx
    a.raw(0x49, 0x83, 0xF8, 0x02); // cmp r8, 2
    a.raw(0x0F, 0x44, 0xC1); // cmove eax, ecx
    a.pop(Gpr.RBX);
    a.ret();
    return handle(a, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  }

  private static int saved() throws Throwable {
    Assembler a = new Assembler();
    a.move(Gpr.RCX, 0);
    a.raw(0x0F, 0x01, 0xD0); // xgetbv
    a.ret();
    return (int) (long) handle(a).invokeExact();
  }

  private static MethodHandle handle(Assembler a, ValueLayout... arguments)
      throws CodePage.UnavailableException {
    return Linker.nativeLinker()
        .downcallHandle(
            MemorySegment.ofAddress(CodePage.of(a.code()).address()),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
  }
}
