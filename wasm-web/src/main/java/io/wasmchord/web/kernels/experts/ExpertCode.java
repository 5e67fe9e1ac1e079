package io.wasmchord.web.kernels.experts;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.ExpertBiasArguments;
import io.wasmchord.web.kernels.arguments.ExpertSumArguments;
import io.wasmchord.web.kernels.arguments.ExpertWeighArguments;
import io.wasmchord.web.kernels.arguments.GroupExpertsArguments;
import io.wasmchord.web.kernels.arguments.RouteArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.products.ActivationLayout;

/**
 * What surrounds the products of experts: which rows go through which, what rows are weighed and
 * biased with, and the sum of what experts give. See {@link ExpertLayout}.
 */
public final class ExpertCode {
  /** Columns in a unit of the sum. */
  public static final int COLUMNS = 1024;

  private ExpertCode() {}

  /** The kernel that chooses. */
  public static void route(Code c, Emit.Frame<RouteArguments> f) {
    RouteCode.write(c, f);
  }

  /** The kernel that adds each place's row of its expert's biases. */
  public static void bias(Code c, Emit.Frame<ExpertBiasArguments> f) {
    I32.Local cols = f.argument(ExpertBiasArguments.COLS);
    I32.Local slots = f.argument(ExpertBiasArguments.SLOTS);
    f.eachUnit(() -> {
      I32 place = f.argument(ExpertBiasArguments.ROWS).plus(f.unit().times(ExpertLayout.ROW));
      I32 slot = slots.plus(I32.load(place, 4).times(ExpertLayout.SLOT));
      I32.Local expert = c.i32(I32.load(slot, ExpertLayout.FIRST_SLOT + ExpertLayout.EXPERT));
      I32 offset = expert.times(cols).shl(2);
      I32.Local y = c.i32(f.argument(ExpertBiasArguments.BIASES).plus(offset));
      I32.Local x = c.i32(f.argument(ExpertBiasArguments.X).plus(f.unit().times(cols).shl(2)));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(
          i,
          cols,
          4,
          () -> {
            c.store(x, 0, V128.load(x, 0).f32x4Add(V128.load(y, 0)));
            c.increase(x, 16);
            c.increase(y, 16);
          });
      c.countTo(
          i,
          cols,
          1,
          () -> {
            c.store(x, 0, F32.load(x, 0).plus(F32.load(y, 0)));
            c.increase(x, 4);
            c.increase(y, 4);
          });
    });
  }

  /** The kernel that multiplies rows by their weights. */
  public static void weigh(Code c, Emit.Frame<ExpertWeighArguments> f) {
    I32.Local cols = f.argument(ExpertWeighArguments.COLS);
    I32.Local used = f.argument(ExpertWeighArguments.USED);
    f.eachUnit(() -> {
      I32.Local choice =
          c.i32(f.argument(ExpertWeighArguments.CHOICES).plus(f.unit().times(ExpertLayout.CHOICE)));
      F32.Local weight = c.f32(F32.load(choice, ExpertLayout.WEIGHT));
      V128.Local weights = c.v128(V128.splat(weight));
      I32 place =
          I32.load(
              f.argument(ExpertWeighArguments.PLACES).plus(f.unit().times(ExpertLayout.PLACE)), 0);
      I32.Local out = c.i32(f.argument(ExpertWeighArguments.OUT).plus(place.times(cols).shl(2)));
      I32 row = f.unit().over(used);
      I32.Local x = c.i32(f.argument(ExpertWeighArguments.X).plus(row.times(cols).shl(2)));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(
          i,
          cols,
          4,
          () -> {
            c.store(out, 0, V128.load(x, 0).f32x4Mul(weights));
            c.increase(x, 16);
            c.increase(out, 16);
          });
      c.countTo(
          i,
          cols,
          1,
          () -> {
            c.store(out, 0, F32.load(x, 0).times(weight));
            c.increase(x, 4);
            c.increase(out, 4);
          });
      c.store(choice, ExpertLayout.WEIGHT, F32.of(1f));
    });
  }

  /**
   * The kernel that gives rows their places. In the scratch it counts each expert's rows, then
   * keeps its next place and its slot.
   */
  public static void group(Code c, Emit.Frame<GroupExpertsArguments> f) {
    I32.Local experts = f.argument(GroupExpertsArguments.EXPERTS);
    I32.Local count = f.argument(GroupExpertsArguments.COUNT);
    I32.Local choices = f.argument(GroupExpertsArguments.CHOICES);
    I32.Local bytes = c.i32(experts.shl(2));
    I32.Local next = c.i32(f.scratch().plus(bytes));
    I32.Local slots = c.i32(next.plus(bytes));
    f.eachUnit(() -> {
      I32.Local e = c.i32(I32.of(0));
      c.countTo(e, experts, 1, () -> c.store(f.scratch().plus(e.shl(2)), 0, I32.of(0)));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(
          i,
          count,
          1,
          () -> {
            I32 chosen = I32.load(choices.plus(i.times(ExpertLayout.CHOICE)), 0);
            I32.Local at = c.i32(f.scratch().plus(chosen.shl(2)));
            c.store(at, 0, I32.load(at, 0).plus(1));
          });
      slots(c, f, experts, next, slots);
      places(c, f, count, choices, next, slots);
    });
  }

  private static void slots(
      Code c,
      Emit.Frame<GroupExpertsArguments> f,
      I32.Local experts,
      I32.Local next,
      I32.Local slots) {
    I32.Local flags = f.argument(GroupExpertsArguments.FLAGS);
    I32.Local header = f.argument(GroupExpertsArguments.SLOTS);
    I32.Local slot = c.i32(header.plus(ExpertLayout.FIRST_SLOT));
    I32.Local active = c.i32(I32.of(0));
    I32.Local first = c.i32(I32.of(0));
    I32.Local packed = c.i32(I32.of(0));
    I32.Local e = c.i32(I32.of(0));
    c.countTo(
        e,
        experts,
        1,
        () -> {
          I32.Local n = c.i32(I32.load(f.scratch().plus(e.shl(2)), 0));
          c.when(
              n,
              () -> {
                I32.Local flag = c.i32(flags.plus(e.shl(2)).plus(ExpertLayout.FIRST_FLAG));
                I32.Local fresh = c.i32(I32.load(flag, 0).eqz());
                c.store(flag, 0, I32.of(1));
                c.store(flags, 0, I32.load(flags, 0).minus(fresh));
                c.store(slot, ExpertLayout.EXPERT, e);
                c.store(slot, ExpertLayout.FIRST, first);
                c.store(slot, ExpertLayout.COUNT, n);
                c.store(slot, ExpertLayout.PACKED, packed);
                c.store(slot, ExpertLayout.FRESH, fresh);
                c.store(next.plus(e.shl(2)), 0, first);
                c.store(slots.plus(e.shl(2)), 0, active);
                c.set(first, first.plus(n));
                I32 tiles = n.plus(ActivationLayout.TILE - 1).and(-ActivationLayout.TILE);
                c.set(packed, packed.plus(I32.select(n.eq(I32.of(1)), n, tiles)));
                c.increase(active, 1);
                c.increase(slot, ExpertLayout.SLOT);
              });
        });
    c.store(header, 0, active);
  }

  private static void places(
      Code c,
      Emit.Frame<GroupExpertsArguments> f,
      I32.Local count,
      I32.Local choices,
      I32.Local next,
      I32.Local slots) {
    I32.Local used = f.argument(GroupExpertsArguments.USED);
    I32.Local places = f.argument(GroupExpertsArguments.PLACES);
    I32.Local rows = f.argument(GroupExpertsArguments.ROWS);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        count,
        1,
        () -> {
          I32 chosen = I32.load(choices.plus(i.times(ExpertLayout.CHOICE)), 0);
          I32.Local offset = c.i32(chosen.shl(2));
          I32.Local place = c.i32(I32.load(next.plus(offset), 0));
          c.store(next.plus(offset), 0, place.plus(1));
          c.store(places.plus(i.times(ExpertLayout.PLACE)), 0, place);
          I32.Local row = c.i32(rows.plus(place.times(ExpertLayout.ROW)));
          c.store(row, 0, i.over(used));
          c.store(row, 4, I32.load(slots.plus(offset), 0));
        });
  }

  /** The kernel that adds, in the order of the experts' numbers. */
  public static void sum(Code c, Emit.Frame<ExpertSumArguments> f) {
    I32.Local cols = f.argument(ExpertSumArguments.COLS);
    I32.Local spans = c.i32(cols.plus(COLUMNS - 1).over(COLUMNS));
    f.eachUnit(() -> {
      I32.Local row = c.i32(f.unit().over(spans));
      I32.Local i = c.i32(f.unit().modulo(spans).times(COLUMNS));
      I32.Local to = c.i32(i.plus(COLUMNS).min(cols));
      I32.Local x = c.i32(f.argument(ExpertSumArguments.X).plus(row.times(cols).plus(i).shl(2)));
      V128.Local four = c.v128();
      c.countTo(
          i,
          to,
          4,
          () -> {
            c.set(four, V128.load(x, 0));
            eachGiven(
                c,
                f,
                row,
                i,
                (y, weight) -> {
                  V128 given = V128.load(y, 0).f32x4Mul(V128.load32Splat(weight, 0));
                  c.set(four, four.f32x4Add(given));
                });
            c.store(x, 0, four);
            c.increase(x, 16);
          });
      F32.Local one = c.f32();
      c.countTo(
          i,
          to,
          1,
          () -> {
            c.set(one, F32.load(x, 0));
            eachGiven(
                c,
                f,
                row,
                i,
                (y, weight) -> c.set(one, one.plus(F32.load(y, 0).times(F32.load(weight, 0)))));
            c.store(x, 0, one);
            c.increase(x, 4);
          });
    });
  }

  /** Code for what an expert gave: addresses of its values and of their weight. */
  private interface Given {
    void write(I32.Local y, I32.Local weight);
  }

  private static void eachGiven(
      Code c, Emit.Frame<ExpertSumArguments> f, I32.Local row, I32.Local column, Given body) {
    I32.Local used = f.argument(ExpertSumArguments.USED);
    I32.Local cols = f.argument(ExpertSumArguments.COLS);
    I32.Local first = c.i32(row.times(used));
    I32.Local place =
        c.i32(f.argument(ExpertSumArguments.PLACES).plus(first.times(ExpertLayout.PLACE)));
    I32.Local weight =
        c.i32(
            f.argument(ExpertSumArguments.CHOICES)
                .plus(first.times(ExpertLayout.CHOICE))
                .plus(ExpertLayout.WEIGHT));
    I32.Local j = c.i32(I32.of(0));
    c.countTo(
        j,
        used,
        1,
        () -> {
          I32 value = I32.load(place, 0).times(cols).plus(column).shl(2);
          body.write(c.i32(f.argument(ExpertSumArguments.Y).plus(value)), weight);
          c.increase(place, ExpertLayout.PLACE);
          c.increase(weight, ExpertLayout.CHOICE);
        });
  }
}
