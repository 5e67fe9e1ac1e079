package io.wasmchord.jvm.machine;

import io.wasmchord.quant.BlockLayout;
import java.util.List;

/**
 * A function {@code f(from, to, rowBytes, blocks)} that interleaves as many blocks of a group of
 * rows, all of which there are, as stand together: first the 16-bit and 8-bit fields of each block,
 * then their words. It returns how many of the 16-bit fields are, as floats, infinite or NaN.
 */
final class PackingWriter {
  private static final Gpr FROM = Gpr.RDI;
  private static final Gpr FRONT = Gpr.RSI; // where a block's first fields go
  private static final Gpr ROW_BYTES = Gpr.RDX;
  private static final Gpr BLOCKS = Gpr.RCX;
  private static final Gpr WORDS = Gpr.R9; // where its words go
  private static final Gpr ROW = Gpr.R10; // a row's block in the file
  private static final Gpr HALVES = Gpr.R8; // where the row's fields go
  private static final Gpr OCTETS = Gpr.RBX;
  private static final Gpr WORD = Gpr.R11;
  private static final Gpr COUNT = Gpr.R12; // of rows that are left
  private static final Gpr HALF = Gpr.R13;
  private static final Gpr SPECIAL = Gpr.R14; // of halves so far
  private static final List<Gpr> KEPT = List.of(OCTETS, COUNT, HALF, SPECIAL); // for the caller

  private final Assembler a = new Assembler();
  private final BlockLayout layout;
  private final int[] order;
  private final int rows;

  /**
   * @param layout of a block; its fields are of the file's block
   * @param order of the words
   * @param rows in a group
   */
  PackingWriter(BlockLayout layout, int[] order, int rows) {
    this.layout = layout;
    this.order = order.clone();
    this.rows = rows;
  }

  byte[] code() {
    int front = rows * (2 * layout.halves() + layout.octets());
    KEPT.forEach(a::push);
    a.move(SPECIAL, 0);
    a.move(WORDS, BLOCKS);
    a.multiply(WORDS, front);
    a.add(WORDS, FRONT);
    Assembler.Label block = a.here();
    a.move(ROW, FROM);
    a.move(OCTETS, FRONT);
    a.add(OCTETS, 2 * rows * layout.halves());
    a.move(WORD, WORDS);
    for (int vector = 0; vector < 2; vector++) { // 16-bit fields of both alternate
      a.move(HALVES, FRONT);
      a.add(HALVES, 2 * vector);
      a.move(COUNT, rows / 2);
      Assembler.Label row = a.here();
      row();
      a.add(ROW, ROW_BYTES);
      a.add(HALVES, 4);
      a.add(OCTETS, 1);
      a.add(WORD, 4);
      a.subtract(COUNT, 1);
      a.whileNotZero(row);
    }
    a.add(FROM, layout.blockBytes());
    a.add(FRONT, front);
    a.add(WORDS, 4 * rows * order.length);
    a.subtract(BLOCKS, 1);
    a.whileNotZero(block);
    a.move(Gpr.RAX, SPECIAL);
    KEPT.reversed().forEach(a::pop);
    a.ret();
    return a.code();
  }

  private void row() {
    for (int h = 0; h < layout.halves(); h++) {
      copy(2, layout.halvesAt() + 2 * h, HALVES, 2 * rows * h);
      count();
    }
    for (int i = 0; i < layout.octets(); i++) {
      copy(1, layout.octetsAt() + i, OCTETS, rows * i);
    }
    for (int w = 0; w < order.length; w++) {
      copy(4, layout.wordsAt() + 4 * order[w], WORD, 4 * rows * w);
    }
  }

  /** Counts the half in RAX if all bits of its exponent are set; there is no jump. */
  private void count() {
    a.move(HALF, Gpr.RAX);
    a.raw(0x41, 0xF7, 0xD5); // not r13d
    a.raw(0x41, 0x81, 0xE5, 0x00, 0x7C, 0x00, 0x00); // and r13d, 0x7c00
    a.raw(0x41, 0x83, 0xFD, 0x01); // cmp r13d, 1: a borrow if it is 0
    a.raw(0x41, 0x83, 0xD6, 0x00); // adc r14d, 0
  }

  private void copy(int bytes, int from, Gpr to, int at) {
    a.load(bytes, Address.of(ROW, from));
    a.store(bytes, Address.of(to, at));
  }
}
