package io.wasmchord.jvm.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the processor can do, as it says itself: CPUID and XGETBV (the manual, volume 2), run
 * through emitted code.
 */
@SuppressWarnings("restricted")
final class Processor {
  private static final int OSXSAVE = 1 << 27; // leaf 1, ECX
  private static final int AVX_AND_HALVES = 1 << 28 | 1 << 29; // leaf 1, ECX: AVX and F16C
  private static final int AVX2 = 1 << 5; // leaf 7, EBX
  private static final int AVX512 = 1 << 16 | 1 << 30 | 1 << 31; // leaf 7, EBX: F, BW and VL
  private static final int VNNI = 1 << 11; // leaf 7, ECX
  private static final int AVX_VNNI = 1 << 4; // leaf 7, part 1, EAX
  private static final int SAVED_256 = 0x06; // XCR0: the system keeps the registers
  private static final int SAVED_512 = 0xE6;

  private static final int EAX = 0;
  private static final int EBX = 1;
  private static final int ECX = 2;

  private Processor() {}

  /**
   * The kinds of kernels that the processor can run, and whose registers the system keeps.
   *
   * @throws CodePage.UnavailableException when no code can be executed to ask
   */
  static Set<Variant> variants() throws CodePage.UnavailableException {
    try {
      MethodHandle ask = ask();
      int most = ask(ask, 0, 0, EAX);
      if (most < 7 || !has(ask(ask, 1, 0, ECX), OSXSAVE | AVX_AND_HALVES)) {
        return Set.of();
      }
      int ebx = ask(ask, 7, 0, EBX);
      int saved = saved();
      Set<Variant> variants = EnumSet.noneOf(Variant.class);
      if (has(ebx, AVX2) && has(saved, SAVED_256)) {
        variants.add(Variant.AVX2);
        if (ask(ask, 7, 0, EAX) >= 1 && has(ask(ask, 7, 1, EAX), AVX_VNNI)) {
          variants.add(Variant.AVX_VNNI);
        }
      }
      if (has(ebx, AVX512) && has(ask(ask, 7, 0, ECX), VNNI) && has(saved, SAVED_512)) {
        variants.add(Variant.AVX512_VNNI);
      }
      return variants;
    } catch (CodePage.UnavailableException e) {
      throw e;
    } catch (Throwable e) {
      throw new CodePage.UnavailableException("the processor cannot be asked: " + e.getMessage());
    }
  }

  private static boolean has(int flags, int wanted) {
    return (flags & wanted) == wanted;
  }

  private static int ask(MethodHandle ask, int leaf, int part, int register) throws Throwable {
    return (int) (long) ask.invokeExact((long) leaf, (long) register, (long) part);
  }

  /** {@code f(leaf, register, part)}: EAX, EBX or ECX of CPUID's leaf, for 0, 1 and 2. */
  private static MethodHandle ask() throws CodePage.UnavailableException {
    Assembler a = new Assembler();
    a.push(Gpr.RBX);
    a.move(Gpr.RAX, Gpr.RDI);
    a.move(Gpr.R8, Gpr.RSI);
    a.move(Gpr.RCX, Gpr.RDX);
    a.raw(0x0F, 0xA2); // cpuid
    a.raw(0x49, 0x83, 0xF8, 0x01); // cmp r8, 1
    a.raw(0x0F, 0x44, 0xC3); // cmove eax, ebx
    a.raw(0x49, 0x83, 0xF8, 0x02); // cmp r8, 2
    a.raw(0x0F, 0x44, 0xC1); // cmove eax, ecx
    a.pop(Gpr.RBX);
    a.ret();
    return handle(a, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
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
