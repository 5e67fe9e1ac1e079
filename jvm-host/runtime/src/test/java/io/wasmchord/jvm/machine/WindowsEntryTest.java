package io.wasmchord.jvm.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/**
 * The entry of kernels on Windows, called as Windows does by code that is called as this system
 * does.
 */
@SuppressWarnings("restricted")
class WindowsEntryTest {
  private static final int SHADOW = 32;
  private static final int ROOM = 72;

  /**
   * The sum of its arguments, each times as much as its place; it keeps nothing that it need not.
   */
  private static byte[] kernel() {
    Assembler a = new Assembler();
    a.move(Gpr.RAX, Gpr.RDI);
    add(a, Gpr.RSI, 2);
    add(a, Gpr.RDX, 3);
    add(a, Gpr.RCX, 4);
    add(a, Gpr.R8, 5);
    add(a, Gpr.R9, 6);
    a.raw(0x48, 0x8B, 0x7C, 0x24, 0x08); // mov rdi, [rsp + 8]
    add(a, Gpr.RDI, 7);
    for (int i = 0; i < 16; i++) {
      a.raw(0x66, 0x40 | (i & 8) >> 1 | (i & 8) >> 3, 0x0F, 0xEF, 0xC0 | (i & 7) * 9); // pxor
    }
    a.ret();
    return a.code();
  }

  private static void add(Assembler a, Gpr argument, int times) {
    a.multiply(argument, times);
    a.add(Gpr.RAX, argument);
  }

  /**
   * Calls what follows it with its own arguments, as Windows does; to the result it adds the first
   * two arguments, and the first again for each vector register that is the caller's, from where
   * they were during the call.
   */
  private static byte[] caller(byte[] entry) {
    Assembler a = new Assembler();
    a.subtract(Gpr.RSP, ROOM);
    a.raw(0x4C, 0x89, 0x44, 0x24, SHADOW); // mov [rsp + 32], r8
    a.raw(0x4C, 0x89, 0x4C, 0x24, SHADOW + 8); // mov [rsp + 40], r9
    a.raw(0x48, 0x8B, 0x44, 0x24, ROOM + 8); // mov rax, [rsp + 80]
    a.raw(0x48, 0x89, 0x44, 0x24, SHADOW + 16); // mov [rsp + 48], rax
    a.move(Gpr.R8, Gpr.RDX);
    a.move(Gpr.R9, Gpr.RCX);
    a.move(Gpr.RDX, Gpr.RSI);
    a.move(Gpr.RCX, Gpr.RDI);
    for (int i = 6; i < 16; i++) {
      a.raw(0x66, 0x48 | (i & 8) >> 1, 0x0F, 0x6E, 0xC0 | (i & 7) << 3 | Gpr.RDI.number()); // movq
    }
    int at = a.size();
    a.raw(0xE8); // call
    a.word(0);
    a.add(Gpr.RAX, Gpr.RDI);
    a.add(Gpr.RAX, Gpr.RSI);
    for (int i = 6; i < 16; i++) {
      a.raw(0x66, 0x48 | (i & 8) >> 1, 0x0F, 0x7E, 0xC0 | (i & 7) << 3 | Gpr.RDX.number()); // movq
      a.add(Gpr.RAX, Gpr.RDX);
    }
    a.add(Gpr.RSP, ROOM);
    a.ret();
    byte[] code = a.code();
    int start = (code.length + 63) / 64 * 64;
    byte[] all = new byte[start + entry.length];
    System.arraycopy(code, 0, all, 0, code.length);
    System.arraycopy(entry, 0, all, start, entry.length);
    int offset = start - (at + 5);
    for (int i = 0; i < 4; i++) {
      all[at + 1 + i] = (byte) (offset >> (8 * i));
    }
    return all;
  }

  @Test
  void argumentsArriveAndWhatIsTheCallersIsKept() throws Throwable {
    assumeTrue(CodePage.supported() && Variant.tried());
    CodePage page = CodePage.of(caller(WindowsEntry.before(kernel())));
    MethodHandle call =
        Linker.nativeLinker()
            .downcallHandle(
                MemorySegment.ofAddress(page.address()),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    Collections.nCopies(7, ValueLayout.JAVA_LONG)
                        .toArray(ValueLayout.OfLong[]::new)));
    long got = (long) call.invokeExact(1L, 20L, 300L, 4000L, 50_000L, 600_000L, 7_000_000L);
    long sum = 1 + 2 * 20 + 3 * 300 + 4 * 4000 + 5 * 50_000 + 6 * 600_000 + 7 * 7_000_000L;
    assertEquals(sum + 1 + 20 + 10, got);
  }
}
