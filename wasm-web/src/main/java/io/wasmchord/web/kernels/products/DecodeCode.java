package io.wasmchord.web.kernels.products;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.formats.GridCode;
import java.util.Arrays;
import java.util.List;

/**
 * The product of a quantized weight and one row of activations. A unit is a group of four rows:
 * quants go from memory through registers into the sums, and the weight is read once, in order.
 */
public final class DecodeCode {
  private final BlockCode block;
  private final DotMode mode;
  private final ActivationLayout format;

  public DecodeCode(BlockCode block, DotMode mode) {
    this.block = block;
    this.mode = mode;
    this.format = mode.activations(block.format());
  }

  public void body(Code c, Emit.Frame<MatMulArguments> f) {
    I32.Local blocks = f.argument(MatMulArguments.BLOCKS);
    I32.Local activations = f.argument(MatMulArguments.ACTIVATIONS);
    I32.Local out = f.argument(MatMulArguments.OUT);
    I32.Local rows = f.argument(MatMulArguments.ROWS);
    GroupAddress groups = GroupAddress.of(f);
    if (block.table().length > 0) {
      block.table(c, f.argument(MatMulArguments.TABLE));
    }
    List<BlockCode> parts = block.parts();
    int values = block.format().partner().blockValues();
    f.eachUnit(() -> {
      I32.Local w = c.i32(groups.of(f.unit()));
      I32.Local a = c.i32(activations);
      I32.Local b = c.i32(I32.of(0));
      V128.Local acc = c.v128(V128.f32x4(0f));
      c.countTo(
          b,
          blocks,
          block.inBlock(),
          () -> {
            for (int p = 0; p < parts.size(); p++) {
              BlockCode part = parts.get(p);
              int within = p * part.values() % values;
              V128.Local sum = sum(c, part, w, a, within / 4);
              c.set(acc, acc.f32x4Add(term(c, part, w, a, sum)));
              if (within + part.values() == values) {
                c.increase(a, 4 * format.words());
              }
            }
            c.increase(w, block.layout().bytes());
          });
      Emit.storeRows(c, out.plus(f.unit().shl(4)), acc, rows.minus(f.unit().shl(2)));
    });
  }

  /**
   * The integer sums of a block, or of a part of one, for the four rows.
   *
   * @param first the word of the activations' block with which the part begins
   */
  private V128.Local sum(Code c, BlockCode block, I32 w, I32 a, int first) {
    block.begin(c, w);
    if (block instanceof GridCode grid && grid.byRow()) {
      return new GridSums(c, grid, mode).of(w, a);
    }
    V128.Local sum = c.v128(V128.i32x4(0));
    block.quants(c, w, new GroupSums(c, block, a, first, sum));
    return sum;
  }

  /** What a block, or a part of one, adds to the four rows. */
  private V128 term(Code c, BlockCode block, I32 w, I32 a, V128.Local sum) {
    Epilogue epilogue = new Epilogue(block, format, 1);
    V128.Local d = block.scale(c, w);
    if (!block.scaled()) {
      return epilogue.plain(sum, d, block.hasMinimum() ? block.minimum(c, w) : d, a, 0);
    }
    V128.Local sums = c.v128(V128.i32x4(0));
    boolean biased = !(block instanceof GridCode grid && grid.byRow());
    for (int p = 0; biased && p < block.pairCount(); p++) {
      c.set(sums, sums.i32x4Add(block.pairs(p).i32x4Dot(epilogue.activationSums(a, p, 0))));
    }
    return epilogue.scaled(sum, sums, d, block.hasMinimum() ? block.minimum(c, w) : d, a, 0);
  }

  /** Sums products group by group and adds each group, scaled, to the block's sum. */
  private final class GroupSums implements BlockCode.Sink {
    private final Code c;
    private final BlockCode block;
    private final I32 activations;
    private final int first;
    private final V128.Local sum;
    private final V128.Local[][] open; // of each group: one sum of 16 bits, or two of 32
    private final int[] steps;
    private final int[] left;

    GroupSums(Code c, BlockCode block, I32 activations, int first, V128.Local sum) {
      int groups = block.values() / block.groupValues();
      this.c = c;
      this.block = block;
      this.activations = activations;
      this.first = first;
      this.sum = sum;
      this.open = new V128.Local[groups][];
      this.steps = new int[groups];
      this.left = new int[groups];
      Arrays.fill(left, block.groupValues() / 4);
    }

    @Override
    public void word(int word, V128 quants) {
      int g = 4 * word / block.groupValues();
      if (mode == DotMode.BYTES) {
        add(
            g,
            V128.of(
                Opcode.I16X8_RELAXED_DOT_I8X16_I7X16_S,
                V128.load32Splat(activations, 4 * (first + word)),
                quants));
      } else {
        V128.Local q = c.v128(quants);
        V128.Local x = c.v128(V128.load64Splat(activations, 8 * (first + word)));
        add(g, Widen.low(block, q).i32x4Dot(x), Widen.high(block, q).i32x4Dot(x));
      }
      steps[g]++;
      left[g]--;
      boolean full = mode == DotMode.BYTES && steps[g] == Widen.steps(block);
      if (left[g] == 0 || full) {
        close(g);
      }
    }

    private void add(int g, V128... products) {
      V128.Local[] sums = open[g];
      if (steps[g] == 0) {
        sums = new V128.Local[products.length];
        for (int i = 0; i < products.length; i++) {
          sums[i] = c.v128(products[i]);
        }
        open[g] = sums;
        return;
      }
      for (int i = 0; i < products.length; i++) {
        c.set(
            sums[i],
            mode == DotMode.BYTES ? sums[i].i16x8Add(products[i]) : sums[i].i32x4Add(products[i]));
      }
    }

    private void close(int g) {
      V128.Local[] sums = open[g];
      V128 closed;
      if (mode == DotMode.BYTES) {
        closed =
            block.scaled()
                ? sums[0].i32x4Dot(block.scalePairs(g))
                : V128.of(Opcode.I32X4_EXTADD_PAIRWISE_I16X8_S, sums[0]);
      } else {
        V128 rows =
            V128.shuffle32(sums[0], sums[1], 0, 2, 4, 6)
                .i32x4Add(V128.shuffle32(sums[0], sums[1], 1, 3, 5, 7));
        closed = block.scaled() ? rows.i32x4Mul(block.scaleLanes(g)) : rows;
      }
      c.set(sum, sum.i32x4Add(closed));
      steps[g] = 0;
    }
  }
}
