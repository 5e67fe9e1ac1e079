package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.RepackArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;

/**
 * Interleaves groups of four rows in place, as {@link BlockLayout} says. A unit is a group; its
 * bytes go through the thread's scratch.
 */
public final class RepackCode {
  private RepackCode() {}

  public static void body(Code c, Emit.Frame<RepackArguments> f) {
    I32.Local rowBytes = f.argument(RepackArguments.ROW_BYTES);
    I32.Local blockBytes = f.argument(RepackArguments.BLOCK_BYTES);
    I32.Local groupBytes = c.i32(rowBytes.shl(2));
    f.eachUnit(() -> {
      I32.Local to = c.i32(f.argument(RepackArguments.WEIGHT).plus(f.unit().times(groupBytes)));
      I32.Local end = c.i32(to.plus(groupBytes));
      c.copy(f.scratch(), to, groupBytes);
      I32.Local block = c.i32(f.scratch());
      c.whileTrue(
          to.ltU(end),
          () -> {
            halves(c, f, block.plus(f.argument(RepackArguments.HALVES_AT)), to, rowBytes);
            octets(c, f, block.plus(f.argument(RepackArguments.OCTETS_AT)), to, rowBytes);
            words(c, f, block.plus(f.argument(RepackArguments.WORDS_AT)), to, rowBytes);
            c.set(block, block.plus(blockBytes));
          });
    });
  }

  private static void halves(
      Code c, Emit.Frame<RepackArguments> f, I32 from, I32.Local to, I32.Local rowBytes) {
    I32.Local at = c.i32(from);
    I32.Local left = f.argument(RepackArguments.HALVES);
    c.whileTrue(
        left.gt(I32.of(0)),
        () -> {
          I32.Local row = c.i32(at);
          for (int r = 0; r < BlockCode.ROWS; r++) {
            c.store16(to, 2 * r, I32.load16(row, 0));
            c.set(row, row.plus(rowBytes));
          }
          c.increase(at, 2);
          c.increase(to, 8);
          c.increase(left, -1);
        });
  }

  private static void octets(
      Code c, Emit.Frame<RepackArguments> f, I32 from, I32.Local to, I32.Local rowBytes) {
    I32.Local at = c.i32(from);
    I32.Local left = f.argument(RepackArguments.OCTETS);
    c.whileTrue(
        left.gt(I32.of(0)),
        () -> {
          I32.Local row = c.i32(at);
          for (int r = 0; r < BlockCode.ROWS; r++) {
            c.store8(to, r, I32.load8(row, 0));
            c.set(row, row.plus(rowBytes));
          }
          c.increase(at, 1);
          c.increase(to, BlockCode.ROWS);
          c.increase(left, -1);
        });
  }

  private static void words(
      Code c, Emit.Frame<RepackArguments> f, I32 from, I32.Local to, I32.Local rowBytes) {
    I32.Local[] rows = new I32.Local[BlockCode.ROWS];
    rows[0] = c.i32(from);
    for (int r = 1; r < rows.length; r++) {
      rows[r] = c.i32(rows[r - 1].plus(rowBytes));
    }
    I32.Local left = f.argument(RepackArguments.WORDS);
    c.whileTrue(left.ge(I32.of(4)), () -> fourWords(c, rows, to, left));
    c.whileTrue(
        left.gt(I32.of(0)),
        () -> {
          for (int r = 0; r < rows.length; r++) {
            c.store(to, 4 * r, I32.load(rows[r], 0));
            c.increase(rows[r], 4);
          }
          c.increase(to, 16);
          c.increase(left, -1);
        });
  }

  /** A transposition of four by four words. */
  private static void fourWords(Code c, I32.Local[] rows, I32.Local to, I32.Local left) {
    V128.Local[] v = new V128.Local[4];
    for (int r = 0; r < 4; r++) {
      v[r] = c.v128(V128.load(rows[r], 0));
      c.increase(rows[r], 16);
    }
    V128.Local[] halves = {
      c.v128(V128.shuffle32(v[0], v[1], 0, 4, 1, 5)),
      c.v128(V128.shuffle32(v[2], v[3], 0, 4, 1, 5)),
      c.v128(V128.shuffle32(v[0], v[1], 2, 6, 3, 7)),
      c.v128(V128.shuffle32(v[2], v[3], 2, 6, 3, 7))
    };
    for (int i = 0; i < 4; i++) {
      int pair = i / 2 * 2;
      int from = i % 2 * 2;
      c.store(
          to,
          16 * i,
          V128.shuffle32(halves[pair], halves[pair + 1], from, from + 1, from + 4, from + 5));
    }
    c.increase(to, 64);
    c.increase(left, -4);
  }
}
