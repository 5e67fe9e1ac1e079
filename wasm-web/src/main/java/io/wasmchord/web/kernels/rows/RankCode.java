package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.ArgMaxArguments;
import io.wasmchord.web.kernels.arguments.TopKArguments;
import io.wasmchord.web.kernels.emit.Emit;

/**
 * The largest values of a row and where they are. What is not a number counts as the largest; of
 * equals the first is taken. A unit is a row.
 */
public final class RankCode {
  private RankCode() {}

  /** Whether {@code a} is larger than {@code b}. */
  private static I32 larger(F32 a, F32 b) {
    return a.gt(b).or(I32.select(b.eq(b), a.eq(a).eqz(), I32.of(0)));
  }

  /** The same by lanes, as a mask. */
  private static V128 larger(V128.Local a, V128.Local b) {
    V128 number = V128.of(Opcode.F32X4_EQ, b, b);
    V128 none = V128.of(Opcode.F32X4_EQ, a, a).xor(V128.i32x4(-1));
    return V128.of(Opcode.F32X4_LT, b, a).or(number.and(none));
  }

  public static Emit.Body<ArgMaxArguments> argMax() {
    return (c, f) -> {
      I32.Local width = f.argument(ArgMaxArguments.WIDTH);
      I32.Local count = f.argument(ArgMaxArguments.COUNT);
      f.eachUnit(() -> {
        I32 row = f.unit().times(width).shl(2);
        I32.Local x = c.i32(f.argument(ArgMaxArguments.X).plus(row));
        F32.Local best = c.f32(F32.load(x, 0));
        I32.Local at = c.i32(I32.of(0));
        I32.Local i = c.i32(I32.of(0));
        c.when(count.ge(I32.of(4)), () -> fours(c, x, i, count, best, at));
        c.countTo(
            i,
            count,
            1,
            () -> {
              F32.Local value = c.f32(F32.load(x, 0));
              c.when(larger(value, best), () -> take(c, best, at, value, i));
              c.increase(x, 4);
            });
        I32.Local offset = c.i32(f.unit().shl(2));
        c.store(f.argument(ArgMaxArguments.INDEX).plus(offset), 0, F32.convert(at));
        c.store(f.argument(ArgMaxArguments.VALUE).plus(offset), 0, best);
      });
    };
  }

  private static void take(Code c, F32.Local best, I32.Local at, F32 value, I32 index) {
    c.set(best, value);
    c.set(at, index);
  }

  /**
   * Four lanes, each with its own best, as far as whole vectors go; {@code x} and {@code i} too.
   */
  private static void fours(
      Code c, I32.Local x, I32.Local i, I32.Local count, F32.Local best, I32.Local at) {
    V128.Local bests = c.v128(V128.splat(best));
    V128.Local places =
        c.v128(V128.i32x4(0)); // of the row's first value, as long as none is larger
    V128.Local now = c.v128(V128.bytes(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0));
    c.countTo(
        i,
        count,
        4,
        () -> {
          V128.Local values = c.v128(V128.load(x, 0));
          V128.Local mask = c.v128(larger(values, bests));
          c.set(bests, V128.bitselect(values, bests, mask));
          c.set(places, V128.bitselect(now, places, mask));
          c.set(now, now.i32x4Add(V128.i32x4(4)));
          c.increase(x, 16);
        });
    c.set(best, bests.f32Lane(0));
    c.set(at, places.i32Lane(0));
    for (int lane = 1; lane < 4; lane++) {
      F32.Local value = c.f32(bests.f32Lane(lane));
      I32.Local place = c.i32(places.i32Lane(lane));
      I32 before = I32.select(larger(best, value), I32.of(0), place.lt(at));
      c.when(larger(value, best).or(before), () -> take(c, best, at, value, place));
    }
  }

  public static Emit.Body<TopKArguments> topK() {
    return (c, f) -> {
      I32.Local width = f.argument(TopKArguments.WIDTH);
      I32.Local count = f.argument(TopKArguments.COUNT);
      I32.Local k = f.argument(TopKArguments.K);
      f.eachUnit(() -> {
        I32 row = f.unit().times(width).shl(2);
        I32.Local x = c.i32(f.argument(TopKArguments.X).plus(row));
        I32.Local offset = c.i32(f.unit().times(k).shl(2));
        I32.Local values = c.i32(f.argument(TopKArguments.VALUES).plus(offset));
        I32.Local indices = c.i32(f.argument(TopKArguments.INDICES).plus(offset));
        I32.Local kept = c.i32(I32.of(0));
        I32.Local i = c.i32(I32.of(0));
        c.countTo(
            i,
            count,
            1,
            () -> {
              F32.Local value = c.f32(F32.load(x, 0));
              insert(c, new Sorted(values, indices, kept, k), value, i);
              c.increase(x, 4);
            });
      });
    };
  }

  /** The largest so far, in descending order. */
  private record Sorted(I32.Local values, I32.Local indices, I32.Local kept, I32.Local k) {}

  private static void insert(Code c, Sorted s, F32.Local value, I32 index) {
    I32.Local at = c.i32(s.kept);
    I32.Local place = c.i32(at.shl(2));
    c.block(found ->
        c.loop(again -> {
          c.branchIf(at.eqz(), found);
          F32.Local before = c.f32(F32.load(s.values.plus(place).minus(4), 0));
          c.branchIf(larger(value, before).eqz(), found);
          c.when(
              at.lt(s.k),
              () -> {
                c.store(s.values.plus(place), 0, before);
                c.store(s.indices.plus(place), 0, F32.load(s.indices.plus(place).minus(4), 0));
              });
          c.increase(at, -1);
          c.increase(place, -4);
          c.branch(again);
        }));
    c.when(
        at.lt(s.k),
        () -> {
          c.store(s.values.plus(place), 0, value);
          c.store(s.indices.plus(place), 0, F32.convert(index));
          c.set(s.kept, s.kept.plus(1).min(s.k));
        });
  }
}
