package io.wasmchord.web.kernels.products;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.emit.Emit;

/**
 * The outer part of a product with several rows of activations. A unit is two row groups: their
 * blocks are unpacked into the thread's scratch a panel at a time, and each panel meets all tokens
 * while it is in the cache.
 */
public final class BatchCode {
  private static final int TILE = ActivationLayout.TILE;
  private static final int GROUPS = PanelLayout.GROUPS;

  private final ActivationLayout format;
  private final int blockBytes;
  private final int panelBytes;
  private final Function unpack;
  private final Function tile;

  /**
   * @param blockBytes of four rows' {@code format.blockValues()} values
   * @param panelBytes of a whole panel
   */
  public BatchCode(
      ActivationLayout format, int blockBytes, int panelBytes, Function unpack, Function tile) {
    this.format = format;
    this.blockBytes = blockBytes;
    this.panelBytes = panelBytes;
    this.unpack = unpack;
    this.tile = tile;
  }

  /** Bytes of scratch for {@code tokens} rows of activations. */
  public static int accumulatorBytes(int tokens) {
    return (tokens + TILE - 1) / TILE * TILE * 16 * GROUPS;
  }

  public void body(Code c, Emit.Frame<MatMulArguments> f) {
    I32.Local blocks = f.argument(MatMulArguments.BLOCKS);
    I32.Local activations = f.argument(MatMulArguments.ACTIVATIONS);
    I32.Local tokens = f.argument(MatMulArguments.TOKENS);
    I32.Local tiles = c.i32(tokens.plus(TILE - 1).shrU(2));
    I32.Local table = f.argument(MatMulArguments.TABLE);
    I32.Local accumulators = c.i32(f.scratch().plus(panelBytes));
    GroupAddress groups = GroupAddress.of(f);
    f.eachUnit(() -> {
      I32.Local first = c.i32(groups.of(f.unit().shl(1)));
      I32.Local second = c.i32(groups.of(f.unit().shl(1).plus(1).min(groups.full())));
      clear(c, accumulators, tiles);
      I32.Local left = c.i32(blocks);
      I32.Local a = c.i32(activations);
      c.whileTrue(
          left.gt(I32.of(0)),
          () -> {
            I32.Local n = c.i32(left.min(I32.of(format.panelBlocks())));
            c.call(unpack, first, f.scratch(), n, table);
            c.call(unpack, second, f.scratch().plus(16), n, table);
            c.set(a, tile.i32(f.scratch(), a, accumulators, n, tiles));
            c.set(first, first.plus(n.times(blockBytes)));
            c.set(second, second.plus(n.times(blockBytes)));
            c.set(left, left.minus(n));
          });
      store(c, f, accumulators, tokens);
    });
  }

  private static void clear(Code c, I32 accumulators, I32 tiles) {
    I32.Local at = c.i32(accumulators);
    I32.Local end = c.i32(accumulators.plus(tiles.times(16 * GROUPS * TILE)));
    c.whileTrue(
        at.ltU(end),
        () -> {
          c.store(at, 0, V128.i32x4(0));
          c.increase(at, 16);
        });
  }

  private static void store(Code c, Emit.Frame<MatMulArguments> f, I32 accumulators, I32 tokens) {
    I32.Local rows = f.argument(MatMulArguments.ROWS);
    I32.Local row = c.i32(f.unit().shl(3));
    I32.Local out = c.i32(f.argument(MatMulArguments.OUT).plus(row.shl(2)));
    I32.Local from = c.i32(accumulators);
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        tokens,
        1,
        () -> {
          for (int r = 0; r < GROUPS; r++) {
            V128.Local value = c.v128(V128.load(from, 16 * r));
            Emit.storeRows(c, out.plus(16 * r), value, rows.minus(row).minus(4 * r));
          }
          c.increase(from, 16 * GROUPS);
          c.set(out, out.plus(rows.shl(2)));
        });
  }
}
