package io.wasmchord.web.kernels.experts;

import io.wasmchord.backend.Routing.Gating;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.RouteArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;

/**
 * Which experts rows go through, and with what weights: {@code ExpertRouting} as code. The scratch
 * has an array of words after the other: scores, which of them are taken, what experts are chosen
 * by, and the groups' scores and which of these are taken.
 */
final class RouteCode {
  private static final float LEAST_SUM = 6.1035156e-5f; // as in ExpertRouting

  private final Code c;
  private final Emit.Frame<RouteArguments> f;
  private final I32.Local experts;
  private final I32.Local gating;
  private final I32.Local scores;
  private final I32.Local taken;
  private final I32.Local by;
  private final I32.Local groupScores;

  private RouteCode(Code c, Emit.Frame<RouteArguments> f) {
    this.c = c;
    this.f = f;
    this.experts = f.argument(RouteArguments.EXPERTS);
    this.gating = f.argument(RouteArguments.GATING);
    this.scores = c.i32(f.scratch());
    this.taken = c.i32(scores.plus(experts.shl(2)));
    this.by = c.i32(taken.plus(experts.shl(2)));
    this.groupScores = c.i32(by.plus(experts.shl(2)));
  }

  /** The kernel. */
  static void write(Code c, Emit.Frame<RouteArguments> f) {
    new RouteCode(c, f).write();
  }

  private void write() {
    I32.Local used = f.argument(RouteArguments.USED);
    f.eachUnit(() -> {
      I32 row = f.unit().times(experts).shl(2);
      I32.Local logits = c.i32(f.argument(RouteArguments.LOGITS).plus(row));
      I32.Local choices =
          c.i32(
              f.argument(RouteArguments.CHOICES)
                  .plus(f.unit().times(used).times(ExpertLayout.CHOICE)));
      score(logits);
      select();
      c.when(f.argument(RouteArguments.GROUPS).gt(I32.of(1)), this::groups);
      clear(taken, experts);
      I32.Local round = c.i32(I32.of(0));
      c.countTo(round, used, 1, () -> take(by, experts, taken));
      I32.Local at = c.i32(choices);
      each(
          experts,
          e ->
              c.when(
                  word(taken, e),
                  () -> {
                    c.store(at, 0, e);
                    c.store(at, ExpertLayout.WEIGHT, real(scores, e));
                    c.increase(at, ExpertLayout.CHOICE);
                  }));
      weigh(choices, used);
    });
  }

  /** Code for a number that counts up. */
  private interface Each {
    void write(I32.Local i);
  }

  private void each(I32.Local n, Each body) {
    I32.Local i = c.i32(I32.of(0));
    c.countTo(i, n, 1, () -> body.write(i));
  }

  private static I32 word(I32 array, I32 i) {
    return I32.load(array.plus(i.shl(2)), 0);
  }

  private static F32 real(I32 array, I32 i) {
    return F32.load(array.plus(i.shl(2)), 0);
  }

  private I32 is(Gating one) {
    return gating.eq(I32.of(RouteArguments.number(one)));
  }

  private void clear(I32.Local array, I32.Local n) {
    each(n, i -> c.store(array.plus(i.shl(2)), 0, I32.of(0)));
  }

  private void score(I32.Local logits) {
    each(experts, e -> c.store(scores.plus(e.shl(2)), 0, real(logits, e)));
    c.when(is(Gating.SOFTMAX), () -> softmax(scores, experts, 4));
    c.when(is(Gating.SIGMOID), () -> sigmoids(scores, experts, 4));
  }

  /** In place, over {@code n} floats that are {@code step} bytes apart. */
  private void softmax(I32 from, I32.Local n, int step) {
    F32.Local max = c.f32(F32.of(Float.NEGATIVE_INFINITY));
    F32.Local value = c.f32();
    I32.Local at = c.i32(from);
    each(
        n,
        i -> {
          c.set(value, F32.load(at, 0));
          c.set(max, F32.select(value.gt(max), value, max));
          c.increase(at, step);
        });
    F32.Local sum = c.f32(F32.of(0f));
    c.set(at, from);
    each(
        n,
        i -> {
          c.set(value, Functions.exp(new Lanes.Single(c), F32.load(at, 0).minus(max)));
          c.set(sum, sum.plus(value));
          c.store(at, 0, value);
          c.increase(at, step);
        });
    c.set(at, from);
    each(
        n,
        i -> {
          c.store(at, 0, F32.load(at, 0).over(sum));
          c.increase(at, step);
        });
  }

  private void sigmoids(I32 from, I32.Local n, int step) {
    I32.Local at = c.i32(from);
    each(
        n,
        i -> {
          F32.Local logit = c.f32(F32.load(at, 0));
          c.store(at, 0, Functions.sigmoid(new Lanes.Single(c), logit));
          c.increase(at, step);
        });
  }

  private void select() {
    I32.Local selection = f.argument(RouteArguments.SELECTION);
    each(experts, e -> c.store(by.plus(e.shl(2)), 0, real(scores, e)));
    c.when(
        selection,
        () ->
            each(
                experts, e -> c.store(by.plus(e.shl(2)), 0, real(by, e).plus(real(selection, e)))));
  }

  /** Makes those of other groups than the best the least. */
  private void groups() {
    I32.Local groups = f.argument(RouteArguments.GROUPS);
    I32.Local used = f.argument(RouteArguments.USED_GROUPS);
    I32.Local size = c.i32(experts.over(groups));
    I32.Local groupsTaken = c.i32(groupScores.plus(groups.shl(2)));
    each(
        groups,
        g -> {
          F32.Local first = c.f32(F32.of(Float.NEGATIVE_INFINITY));
          F32.Local second = c.f32(F32.of(Float.NEGATIVE_INFINITY));
          I32.Local from = c.i32(by.plus(g.times(size).shl(2)));
          each(
              size,
              i -> {
                F32.Local x = c.f32(real(from, i));
                c.when(
                    x.gt(first),
                    () -> {
                      c.set(second, first);
                      c.set(first, x);
                    },
                    () -> c.when(x.gt(second), () -> c.set(second, x)));
              });
          c.store(groupScores.plus(g.shl(2)), 0, first.plus(second));
        });
    clear(groupsTaken, groups);
    I32.Local round = c.i32(I32.of(0));
    c.countTo(round, used, 1, () -> take(groupScores, groups, groupsTaken));
    each(
        experts,
        e ->
            c.when(
                word(groupsTaken, e.over(size)).eqz(),
                () -> c.store(by.plus(e.shl(2)), 0, F32.of(Float.NEGATIVE_INFINITY))));
  }

  /** Takes the largest that is left; what is not a number only where nothing else is. */
  private void take(I32.Local values, I32.Local n, I32.Local flags) {
    I32.Local best = c.i32(I32.of(-1));
    F32.Local most = c.f32(F32.of(0f));
    each(
        n,
        e ->
            c.when(
                word(flags, e).eqz(),
                () -> {
                  F32.Local p = c.f32(real(values, e));
                  I32 none = best.lt(I32.of(0));
                  I32 strange = most.eq(most).eqz();
                  c.when(
                      none.or(p.gt(most)).or(strange),
                      () -> {
                        c.set(best, e);
                        c.set(most, p);
                      });
                }));
    c.store(flags.plus(best.shl(2)), 0, I32.of(1));
  }

  /** Makes weights of the chosen experts' scores. */
  private void weigh(I32.Local choices, I32.Local used) {
    I32.Local weights = c.i32(choices.plus(ExpertLayout.WEIGHT));
    c.when(is(Gating.SOFTMAX_OF_CHOSEN), () -> softmax(weights, used, ExpertLayout.CHOICE));
    c.when(is(Gating.SIGMOID_OF_CHOSEN), () -> sigmoids(weights, used, ExpertLayout.CHOICE));
    F32.Local sum = c.f32(F32.of(0f));
    I32.Local at = c.i32(weights);
    each(
        used,
        i -> {
          c.set(sum, sum.plus(F32.load(at, 0)));
          c.increase(at, ExpertLayout.CHOICE);
        });
    c.set(sum, F32.select(sum.lt(F32.of(LEAST_SUM)), F32.of(LEAST_SUM), sum));
    I32.Local normalized = f.argument(RouteArguments.NORMALIZED);
    F32.Local scale = f.argument(RouteArguments.SCALE);
    I32.Local scales = f.argument(RouteArguments.SCALES);
    c.set(at, choices);
    each(
        used,
        i -> {
          F32.Local w = c.f32(F32.load(at, ExpertLayout.WEIGHT));
          c.set(w, F32.select(normalized, w.over(sum), w).times(scale));
          c.when(scales, () -> c.set(w, w.times(real(scales, I32.load(at, 0)))));
          c.store(at, ExpertLayout.WEIGHT, w);
          c.increase(at, ExpertLayout.CHOICE);
        });
  }
}
