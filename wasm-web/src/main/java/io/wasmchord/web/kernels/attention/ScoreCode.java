package io.wasmchord.web.kernels.attention;

import static io.wasmchord.web.kernels.attention.AttentionCode.RUN;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;
import java.util.List;

/**
 * What attention does with scores, whatever the cache's type: functions over whole runs of them,
 * given by the address of the first and the address after the last.
 *
 * @param softCap (from, to, cap): bounds the scores
 * @param slope (from, to, slope, own): takes the slope times the distance off; scores begin {@code
 *     own} positions before the token's
 * @param bias (from, to, row, reach, own): adds what a row has for each distance
 * @param softmax (from, to, sink): replaces scores by {@code exp(score - max)}; their sum and the
 *     sink's
 */
public record ScoreCode(Function softCap, Function slope, Function bias, Function softmax) {
  public static ScoreCode emit(ModuleBuilder module) {
    Function softCap =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.F32),
            List.of(),
            (c, p) -> softCap(c, p.i32(0), p.i32(1), p.f32(2)));
    Function slope =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.F32, ValueType.F32),
            List.of(),
            (c, p) -> slope(c, p.i32(0), p.i32(1), p.f32(2), p.f32(3)));
    Function bias =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32),
            List.of(),
            (c, p) -> bias(c, p.i32(0), p.i32(1), p.i32(2), p.i32(3), p.i32(4)));
    Function softmax =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.F32),
            List.of(ValueType.F32),
            (c, p) -> c.result(softmax(c, p.i32(0), p.i32(1), p.f32(2))));
    return new ScoreCode(softCap, slope, bias, softmax);
  }

  private static void slope(Code c, I32.Local from, I32.Local to, F32.Local slope, F32.Local own) {
    V128.Local slopes = c.v128(V128.splat(slope));
    int[] places = new int[16];
    for (int lane = 0; lane < 4; lane++) {
      int bits = Float.floatToRawIntBits(lane);
      for (int i = 0; i < 4; i++) {
        places[4 * lane + i] = bits >> (8 * i);
      }
    }
    V128.Local away = c.v128(V128.splat(own).f32x4Sub(V128.bytes(places)));
    c.loop(again -> {
      c.store(from, 0, V128.load(from, 0).f32x4Sub(slopes.f32x4Mul(Emit.abs(away))));
      c.set(away, away.f32x4Sub(V128.f32x4(4f)));
      c.increase(from, 16);
      c.branchIf(from.ltU(to), again);
    });
  }

  private static void bias(
      Code c, I32.Local from, I32.Local to, I32.Local row, I32.Local reach, I32.Local own) {
    I32.Local place = c.i32(reach.minus(own)); // in the row, of the first score
    I32.Local last = c.i32(reach.shl(1));
    c.loop(again -> {
      I32.Local within = c.i32(place);
      c.when(within.lt(I32.of(0)), () -> c.set(within, I32.of(0)));
      c.when(within.gt(last), () -> c.set(within, last));
      c.store(from, 0, F32.load(from, 0).plus(F32.load(row.plus(within.shl(2)), 0)));
      c.increase(place, 1);
      c.increase(from, 4);
      c.branchIf(from.ltU(to), again);
    });
  }

  private static void softCap(Code c, I32.Local from, I32.Local to, F32.Local cap) {
    V128.Local bound = c.v128(V128.splat(cap));
    Lanes.Vector lanes = new Lanes.Vector(c);
    c.loop(again -> {
      c.store(from, 0, Functions.softCap(lanes, V128.load(from, 0), bound));
      c.increase(from, 16);
      c.branchIf(from.ltU(to), again);
    });
  }

  private static F32 softmax(Code c, I32.Local from, I32.Local to, F32.Local sink) {
    V128.Local max = c.v128(V128.f32x4(Float.NEGATIVE_INFINITY));
    c.set(max, Emit.larger(max, V128.splat(sink)));
    I32.Local at = c.i32(from);
    c.loop(again -> {
      for (int i = 0; i < RUN / 4; i++) {
        c.set(max, Emit.larger(max, V128.load(at, 16 * i)));
      }
      c.increase(at, 4 * RUN);
      c.branchIf(at.ltU(to), again);
    });
    c.set(max, V128.splat(Emit.largestLane(c, max)));
    V128.Local[] sums = Emit.zeros(c, RUN / 4);
    Lanes.Vector lanes = new Lanes.Vector(c);
    c.loop(again -> {
      for (int i = 0; i < RUN / 4; i++) {
        V128.Local e = c.v128(Functions.exp(lanes, V128.load(from, 16 * i).f32x4Sub(max)));
        c.store(from, 16 * i, e);
        c.set(sums[i], sums[i].f32x4Add(e));
      }
      c.increase(from, 4 * RUN);
      c.branchIf(from.ltU(to), again);
    });
    F32.Local besides = c.f32(Functions.exp(new Lanes.Single(c), sink.minus(max.f32Lane(0))));
    return Emit.fold(c, sums).plus(besides);
  }
}
