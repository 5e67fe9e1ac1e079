package io.wasmchord.web.kernels.experts;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.kernels.arguments.Argument;
import io.wasmchord.web.kernels.arguments.ExpertMatMulArguments;
import io.wasmchord.web.kernels.arguments.ExpertPackArguments;
import io.wasmchord.web.kernels.arguments.ExpertRepackArguments;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.arguments.RepackArguments;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.products.ActivationLayout;
import java.util.List;

/**
 * The products of experts whose numbers only routing knows. These kernels find the slot of a unit,
 * write the arguments that an encoder would have written for it to the thread's scratch, and call
 * the kernel that does the work.
 */
public final class ExpertProductCode {
  private static final int TILE = ActivationLayout.TILE;

  private final ModuleBuilder module;

  public ExpertProductCode(ModuleBuilder module) {
    this.module = module;
  }

  /** Bytes of scratch before those of the kernel that is called. */
  public static int scratchBytes() {
    return CommandLayout.BYTES;
  }

  /**
   * A call of another kernel.
   *
   * @param <A> the record of its arguments
   */
  private final class Call<A> {
    private final Code c;
    private final Emit.Frame<?> f;
    private final I32.Local scratch;

    Call(Code c, Emit.Frame<?> f) {
      this.c = c;
      this.f = f;
      this.scratch = c.i32(f.scratch().plus(scratchBytes()));
    }

    Call<A> put(Argument<A> argument, I32 value) {
      c.store(f.scratch(), CommandLayout.argument(argument), value);
      return this;
    }

    void run(I32 kernel, I32 from, I32 to) {
      int type = module.type(Emit.KERNEL, List.of());
      c.callIndirect(type, kernel, f.scratch(), from, to, scratch);
    }
  }

  private static I32 slot(I32 slots, I32 index) {
    return slots.plus(index.times(ExpertLayout.SLOT)).plus(ExpertLayout.FIRST_SLOT);
  }

  /** The addresses of a slot's matrix. */
  private static I32 matrix(I32 matrices, I32.Local slot) {
    return matrices.plus(I32.load(slot, ExpertLayout.EXPERT).times(ExpertLayout.MATRIX));
  }

  public void repack(Code c, Emit.Frame<ExpertRepackArguments> f) {
    Call<RepackArguments> call =
        new Call<RepackArguments>(c, f)
            .put(RepackArguments.ROW_BYTES, f.argument(ExpertRepackArguments.ROW_BYTES))
            .put(RepackArguments.BLOCK_BYTES, f.argument(ExpertRepackArguments.BLOCK_BYTES))
            .put(RepackArguments.HALVES_AT, f.argument(ExpertRepackArguments.HALVES_AT))
            .put(RepackArguments.HALVES, f.argument(ExpertRepackArguments.HALVES))
            .put(RepackArguments.OCTETS_AT, f.argument(ExpertRepackArguments.OCTETS_AT))
            .put(RepackArguments.OCTETS, f.argument(ExpertRepackArguments.OCTETS))
            .put(RepackArguments.WORDS_AT, f.argument(ExpertRepackArguments.WORDS_AT))
            .put(RepackArguments.WORDS, f.argument(ExpertRepackArguments.WORDS));
    I32.Local groups = f.argument(ExpertRepackArguments.GROUPS);
    I32.Local full = f.argument(ExpertRepackArguments.FULL_GROUPS);
    I32.Local slots = f.argument(ExpertRepackArguments.SLOTS);
    I32.Local kernel = f.argument(ExpertRepackArguments.KERNEL);
    f.eachUnit(() -> {
      I32.Local index = c.i32(f.unit().over(groups));
      I32.Local slot = c.i32(slot(slots, index));
      c.when(
          index.lt(I32.load(slots, 0)),
          () ->
              c.when(
                  I32.load(slot, ExpertLayout.FRESH),
                  () -> {
                    I32 matrices = f.argument(ExpertRepackArguments.MATRICES);
                    I32.Local matrix = c.i32(matrix(matrices, slot));
                    I32.Local group = c.i32(f.unit().modulo(groups));
                    I32.Local whole = c.i32(group.lt(full));
                    I32 tail = I32.load(matrix, ExpertLayout.TAIL);
                    call.put(RepackArguments.WEIGHT, I32.select(whole, I32.load(matrix, 0), tail));
                    c.set(group, I32.select(whole, group, I32.of(0)));
                    call.run(kernel, group, group.plus(1));
                  }));
    });
  }

  public void pack(Code c, Emit.Frame<ExpertPackArguments> f) {
    I32.Local blocks = f.argument(ExpertPackArguments.BLOCKS);
    Call<PackArguments> call = new Call<PackArguments>(c, f).put(PackArguments.BLOCKS, blocks);
    I32.Local gathered = f.argument(ExpertPackArguments.GATHERED);
    I32.Local kernel = f.argument(ExpertPackArguments.KERNEL);
    f.eachUnit(() -> {
      I32.Local row =
          c.i32(f.argument(ExpertPackArguments.ROWS).plus(f.unit().times(ExpertLayout.ROW)));
      I32.Local slot =
          c.i32(slot(f.argument(ExpertPackArguments.SLOTS), I32.load(row, ExpertLayout.ROW_SLOT)));
      I32.Local count = c.i32(I32.load(slot, ExpertLayout.COUNT));
      I32.Local single = c.i32(count.eq(I32.of(1)));
      I32.Local within = c.i32(f.unit().minus(I32.load(slot, ExpertLayout.FIRST)));
      I32 source = I32.select(gathered, I32.load(row, 0), f.unit());
      I32 x = source.minus(within).times(f.argument(ExpertPackArguments.ROW_BYTES));
      I32 to =
          I32.load(slot, ExpertLayout.PACKED).times(f.argument(ExpertPackArguments.PACKED_BYTES));
      call.put(PackArguments.X, f.argument(ExpertPackArguments.X).plus(x))
          .put(PackArguments.OUT, f.argument(ExpertPackArguments.OUT).plus(to))
          .put(PackArguments.TILE_ROWS, I32.select(single, I32.of(1), I32.of(TILE)))
          .put(PackArguments.TILES, I32.select(single, I32.of(1), count.plus(TILE - 1).over(TILE)));
      I32.Local from = c.i32(within.times(blocks));
      call.run(kernel, from, from.plus(blocks));
    });
  }

  public void product(Code c, Emit.Frame<ExpertMatMulArguments> f) {
    I32.Local rows = f.argument(ExpertMatMulArguments.MATRIX_ROWS);
    Call<MatMulArguments> call =
        new Call<MatMulArguments>(c, f)
            .put(MatMulArguments.FULL_GROUPS, f.argument(ExpertMatMulArguments.FULL_GROUPS))
            .put(MatMulArguments.GROUP_BYTES, f.argument(ExpertMatMulArguments.GROUP_BYTES))
            .put(MatMulArguments.ROWS, rows)
            .put(MatMulArguments.BLOCKS, f.argument(ExpertMatMulArguments.BLOCKS))
            .put(MatMulArguments.TABLE, f.argument(ExpertMatMulArguments.TABLE));
    I32.Local slots = f.argument(ExpertMatMulArguments.SLOTS);
    I32.Local units = f.argument(ExpertMatMulArguments.UNITS);
    I32.Local unit = c.i32(f.unit());
    c.whileTrue(
        unit.lt(f.end()),
        () -> {
          I32.Local index = c.i32(unit.over(units));
          I32.Local from = c.i32(unit.modulo(units));
          I32.Local to = c.i32(units.min(from.plus(f.end().minus(unit))));
          c.set(unit, unit.plus(to.minus(from)));
          c.when(
              index.lt(I32.load(slots, 0)),
              () -> {
                I32.Local slot = c.i32(slot(slots, index));
                I32 matrices = f.argument(ExpertMatMulArguments.MATRICES);
                I32.Local matrix = c.i32(matrix(matrices, slot));
                I32.Local count = c.i32(I32.load(slot, ExpertLayout.COUNT));
                I32 x =
                    I32.load(slot, ExpertLayout.PACKED)
                        .times(f.argument(ExpertMatMulArguments.PACKED_BYTES));
                I32 out = I32.load(slot, ExpertLayout.FIRST).times(rows).shl(2);
                call.put(MatMulArguments.WEIGHT, I32.load(matrix, 0))
                    .put(MatMulArguments.TAIL, I32.load(matrix, ExpertLayout.TAIL))
                    .put(
                        MatMulArguments.ACTIVATIONS,
                        f.argument(ExpertMatMulArguments.ACTIVATIONS).plus(x))
                    .put(MatMulArguments.OUT, f.argument(ExpertMatMulArguments.OUT).plus(out))
                    .put(MatMulArguments.TOKENS, count);
                c.when(
                    count.eq(I32.of(1)),
                    () -> {
                      I32.Local step = f.argument(ExpertMatMulArguments.SINGLE_STEP);
                      I32.Local all = f.argument(ExpertMatMulArguments.SINGLE_UNITS);
                      I32 end = to.times(step).min(all);
                      call.run(f.argument(ExpertMatMulArguments.SINGLE), from.times(step), end);
                    },
                    () -> {
                      I32.Local step = f.argument(ExpertMatMulArguments.TILES_STEP);
                      I32.Local all = f.argument(ExpertMatMulArguments.TILES_UNITS);
                      I32 end = to.times(step).min(all);
                      call.run(f.argument(ExpertMatMulArguments.TILES), from.times(step), end);
                    });
              });
        });
  }
}
