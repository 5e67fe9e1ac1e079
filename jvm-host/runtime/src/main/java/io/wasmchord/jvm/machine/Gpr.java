package io.wasmchord.jvm.machine;

/**
 * General-purpose registers, by their number in an instruction. The first six arguments of a
 * function come in RDI, RSI, RDX, RCX, R8 and R9; RBX and R12 to R15 belong to the caller (System V
 * ABI, AMD64 supplement, 3.2).
 */
enum Gpr {
  RAX(0),
  RCX(1),
  RDX(2),
  RBX(3),
  RSP(4),
  RBP(5),
  RSI(6),
  RDI(7),
  R8(8),
  R9(9),
  R10(10),
  R11(11),
  R12(12),
  R13(13),
  R14(14),
  R15(15);

  private final int number;

  Gpr(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
