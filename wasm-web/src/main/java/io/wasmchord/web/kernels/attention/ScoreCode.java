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
 * @param softmax (from, to): replaces scores by {@code exp(score - max)}; their sum
 */
public record ScoreCode(Function softCap, Function softmax) {
  public static ScoreCode emit(ModuleBuilder module) {
    Function softCap =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.F32),
            List.of(),
            (c, p) -> softCap(c, p.i32(0), p.i32(1), p.f32(2)));
    Function softmax =
        module.function(
            List.of(ValueType.I32, ValueType.I32),
            List.of(ValueType.F32),
            (c, p) -> c.result(softmax(c, p.i32(0), p.i32(1))));
    return new ScoreCode(softCap, softmax);
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

  private static F32 softmax(Code c, I32.Local from, I32.Local to) {
    V128.Local max = c.v128(V128.f32x4(Float.NEGATIVE_INFINITY));
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
    return Emit.fold(c, sums);
  }
}
