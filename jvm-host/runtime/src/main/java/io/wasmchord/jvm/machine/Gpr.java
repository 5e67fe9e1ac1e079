package io.wasmchord.jvm.machine;

/**
 * General-purpose registers, by their number in an instruction. The first six arguments of a
 * function come in RDI, RSI, RDX, RCX, R8 and R9; RBX and R12 to R15 belong to the caller (System V
 * ABI, AMD64 supplement, 3.2).
 */
enum Gpr {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  int number() {
    return ordinal();
  }
}
