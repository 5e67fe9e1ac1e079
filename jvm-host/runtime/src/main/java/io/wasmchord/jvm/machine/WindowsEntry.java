package io.wasmchord.jvm.machine;

/**
 * What stands before a kernel where functions are called as Windows does on x64 (Microsoft's page
 * "x64 calling convention"): arguments come in RCX, RDX, R8 and R9 and then on the stack, behind 32
 * bytes that are the callee's, and RDI, RSI and XMM6 to XMM15 belong to the caller. Kernels take
 * their arguments as {@link Gpr} says, up to seven.
 */
final class WindowsEntry {
  private static final int FIRST_KEPT = 6; // vector registers
  private static final int LAST_KEPT = 15;
  private static final int KEPT = 16; // from where the stack is: the registers that are kept
  private static final int ROOM = 184; // with the seventh argument; the stack stays on 16 bytes
  private static final int FIFTH = ROOM + 2 * 8 + 8 + 32;
  private static final int LINE = 64;
  private static final int LOAD = 0x10;
  private static final int STORE = 0x11;

  private WindowsEntry() {}

  /** The kernel with its entry before it. */
  static byte[] before(byte[] kernel) {
    Assembler a = new Assembler();
    a.push(Gpr.RDI);
    a.push(Gpr.RSI);
    a.subtract(Gpr.RSP, ROOM);
    vectors(a, STORE);
    a.move(Gpr.RDI, Gpr.RCX);
    a.move(Gpr.RSI, Gpr.RDX);
    a.move(Gpr.RDX, Gpr.R8);
    a.move(Gpr.RCX, Gpr.R9);
    argument(a, Gpr.R8, FIFTH);
    argument(a, Gpr.R9, FIFTH + 8);
    argument(a, Gpr.RAX, FIFTH + 16);
    a.raw(0x48, 0x89, 0x04, 0x24); // mov [rsp], rax
    int after = a.size() + 5;
    int rest = vectorBytes() + 7 + 2 * 2 + 1;
    int start = (after + rest + LINE - 1) / LINE * LINE;
    a.raw(0xE8); // call
    a.word(start - after);
    vectors(a, LOAD);
    a.add(Gpr.RSP, ROOM);
    a.pop(Gpr.RSI);
    a.pop(Gpr.RDI);
    a.ret();
    byte[] entry = a.code();
    byte[] all = new byte[start + kernel.length];
    System.arraycopy(entry, 0, all, 0, entry.length);
    System.arraycopy(kernel, 0, all, start, kernel.length);
    return all;
  }

  private static int vectorBytes() {
    Assembler a = new Assembler();
    vectors(a, LOAD);
    return a.size();
  }

  /** Loads or stores what belongs to the caller: movups. */
  private static void vectors(Assembler a, int opcode) {
    for (int i = FIRST_KEPT; i <= LAST_KEPT; i++) {
      a.raw(0x40 | (i & 8) >> 1, 0x0F, opcode, 0x84 | (i & 7) << 3, 0x24);
      a.word(KEPT + 16 * (i - FIRST_KEPT));
    }
  }

  /** {@code dst = [rsp + offset]}. */
  private static void argument(Assembler a, Gpr dst, int offset) {
    a.raw(0x48 | (dst.number() & 8) >> 1, 0x8B, 0x84 | (dst.number() & 7) << 3, 0x24);
    a.word(offset);
  }
}
