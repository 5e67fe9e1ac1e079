package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.V128;

/**
 * Attention over the cache, and the cache's writes. Keys lie as [kv head][position / 4][dimension]
 * [4 positions], so that a lane is a position; values as [kv head][position][dimension], so that a
 * lane is a dimension. A unit of attention is one head of one token.
 */
public final class AttentionCode {
  /** Positions are taken in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = 16;

  /** Address of the queries. */
  public static final int Q = 0;

  /** Address of the results. */
  public static final int OUT = 1;

  /** Address of the layer's keys. */
  public static final int KEYS = 2;

  /** Address of the layer's values. */
  public static final int VALUES = 3;

  /** Position of the first token. */
  public static final int POSITION = 4;

  /** Query heads. */
  public static final int HEADS = 5;

  /** Query heads that share a head of keys and values. */
  public static final int SHARED = 6;

  /** Floats in a key. */
  public static final int KEY_DIM = 7;

  /** Floats in a value, a multiple of 4. */
  public static final int VALUE_DIM = 8;

  /** Positions that the cache has room for, a multiple of {@link #RUN}. */
  public static final int CAPACITY = 9;

  /** Multiplies a score. */
  public static final int SCALE = 10;

  /** Bound of scores, or 0. */
  public static final int SOFT_CAP = 11;

  /** Positions that a token sees, or 0. */
  public static final int WINDOW = 12;

  /** Of cache writes: addresses of the new keys and values; heads of them. */
  public static final int NEW_KEYS = 0;

  public static final int NEW_VALUES = 1;

  private static final int WIDE = 8;

  private AttentionCode() {}

  /** A unit is one kv head of one token; {@link #HEADS} counts kv heads. */
  static int storeKv(ModuleBuilder module) {
    return Emit.kernel(
        module,
        (c, f) -> {
          I32.Local heads = f.argument(HEADS);
          I32.Local keyDim = f.argument(KEY_DIM);
          I32.Local valueDim = f.argument(VALUE_DIM);
          I32.Local capacity = f.argument(CAPACITY);
          f.eachUnit(() -> {
            I32.Local position = c.i32(f.argument(POSITION).plus(f.unit().over(heads)));
            I32.Local place = c.i32(f.unit().modulo(heads).times(capacity));
            I32 block = place.plus(position.and(-4)).times(keyDim).shl(2);
            I32.Local to = c.i32(f.argument(KEYS).plus(block).plus(position.and(3).shl(2)));
            I32.Local from = c.i32(f.argument(NEW_KEYS).plus(f.unit().times(keyDim).shl(2)));
            I32.Local d = c.i32(I32.of(0));
            c.countTo(
                d,
                keyDim,
                1,
                () -> {
                  c.store(to, 0, I32.load(from, 0));
                  c.increase(to, 16);
                  c.increase(from, 4);
                });
            I32.Local bytes = c.i32(valueDim.shl(2));
            c.copy(
                f.argument(VALUES).plus(place.plus(position).times(bytes)),
                f.argument(NEW_VALUES).plus(f.unit().times(bytes)),
                bytes);
          });
        });
  }

  static int attention(ModuleBuilder module) {
    return Emit.kernel(
        module,
        (c, f) -> {
          I32.Local heads = f.argument(HEADS);
          I32.Local keyDim = f.argument(KEY_DIM);
          I32.Local valueDim = f.argument(VALUE_DIM);
          f.eachUnit(() -> {
            Span span = Span.of(c, f, heads);
            I32 head = f.unit().modulo(heads).over(f.argument(SHARED));
            I32.Local place = c.i32(head.times(f.argument(CAPACITY)));
            I32.Local q = c.i32(f.argument(Q).plus(f.unit().times(keyDim).shl(2)));
            I32.Local keys = c.i32(f.argument(KEYS).plus(place.times(keyDim).shl(2)));
            scores(c, f, span, q, keys, keyDim);
            F32.Local inverse = c.f32(F32.of(1f).over(softmax(c, f, span)));
            I32.Local values =
                c.i32(f.argument(VALUES).plus(place.plus(span.first()).times(valueDim).shl(2)));
            I32.Local out = c.i32(f.argument(OUT).plus(f.unit().times(valueDim).shl(2)));
            values(c, f, span, values, out, inverse, valueDim);
          });
        });
  }

  /**
   * The positions that a token sees.
   *
   * @param first the first one
   * @param last the last one
   * @param runStart {@code first}, rounded down to a run
   */
  private record Span(I32.Local first, I32.Local last, I32.Local runStart) {
    static Span of(Code c, Emit.Frame f, I32.Local heads) {
      I32.Local last = c.i32(f.argument(POSITION).plus(f.unit().over(heads)));
      I32.Local window = f.argument(WINDOW);
      I32.Local first = c.i32(I32.of(0));
      c.when(
          window.gt(I32.of(0)),
          () -> {
            c.set(first, last.minus(window).plus(1));
            c.when(first.lt(I32.of(0)), () -> c.set(first, I32.of(0)));
          });
      return new Span(first, last, c.i32(first.and(-RUN)));
    }

    /** Emits {@code body} for each run; {@code at} is the address of its scores. */
    void runs(Code c, I32 scores, java.util.function.BiConsumer<I32.Local, I32.Local> body) {
      I32.Local p = c.i32(runStart);
      I32.Local at = c.i32(scores.plus(runStart.shl(2)));
      c.loop(again -> {
        body.accept(p, at);
        c.increase(p, RUN);
        c.increase(at, 4 * RUN);
        c.branchIf(last.ge(p), again);
      });
    }
  }

  private static void scores(
      Code c, Emit.Frame f, Span span, I32.Local q, I32.Local keys, I32.Local keyDim) {
    I32.Local stride = c.i32(keyDim.shl(4));
    V128.Local scale = c.v128(V128.splat(f.floatArgument(SCALE)));
    F32.Local cap = f.floatArgument(SOFT_CAP);
    I32.Local[] k = new I32.Local[RUN / 4];
    span.runs(
        c,
        f.scratch(),
        (p, at) -> {
          k[0] = c.i32(keys.plus(p.times(keyDim).shl(2)));
          for (int i = 1; i < k.length; i++) {
            k[i] = c.i32(k[i - 1].plus(stride));
          }
          V128.Local[] s = Emit.zeros(c, k.length);
          I32.Local x = c.i32(q);
          I32.Local d = c.i32(I32.of(0));
          Runnable dimension =
              () -> {
                V128.Local value = c.v128(V128.load32Splat(x, 0));
                for (int i = 0; i < k.length; i++) {
                  c.set(s[i], s[i].f32x4Add(value.f32x4Mul(V128.load(k[i], 0))));
                  c.increase(k[i], 16);
                }
                c.increase(x, 4);
              };
          c.countTo(
              d,
              keyDim,
              4,
              () -> {
                for (int i = 0; i < 4; i++) {
                  dimension.run();
                }
              });
          c.countTo(d, keyDim, 1, dimension);
          for (int i = 0; i < k.length; i++) {
            c.set(s[i], s[i].f32x4Mul(scale));
          }
          c.when(
              cap.eq(F32.of(0f)).eqz(),
              () -> {
                Lanes.Vector lanes = new Lanes.Vector(c);
                for (V128.Local score : s) {
                  c.set(score, Functions.softCap(lanes, score, V128.splat(cap)));
                }
              });
          for (int i = 0; i < k.length; i++) {
            c.store(at, 16 * i, s[i]);
          }
        });
    hide(c, f.scratch(), span.runStart(), span.first());
    I32.Local after = c.i32(span.last().plus(1));
    hide(c, f.scratch(), after, c.i32(after.plus(RUN - 1).and(-RUN)));
  }

  /** Takes the scores from {@code from} to before {@code to} out of the softmax. */
  private static void hide(Code c, I32 scores, I32 from, I32.Local to) {
    I32.Local p = c.i32(from);
    c.countTo(p, to, 1, () -> c.store(scores.plus(p.shl(2)), 0, F32.of(Float.NEGATIVE_INFINITY)));
  }

  /** Replaces scores by exp(score - max); their sum. */
  private static F32 softmax(Code c, Emit.Frame f, Span span) {
    V128.Local max = c.v128(V128.f32x4(Float.NEGATIVE_INFINITY));
    span.runs(
        c,
        f.scratch(),
        (p, at) -> {
          for (int i = 0; i < RUN / 4; i++) {
            c.set(max, Emit.larger(max, V128.load(at, 16 * i)));
          }
        });
    c.set(max, V128.splat(Emit.largestLane(c, max)));
    V128.Local[] sums = Emit.zeros(c, RUN / 4);
    Lanes.Vector lanes = new Lanes.Vector(c);
    span.runs(
        c,
        f.scratch(),
        (p, at) -> {
          for (int i = 0; i < RUN / 4; i++) {
            V128.Local e = c.v128(Functions.exp(lanes, V128.load(at, 16 * i).f32x4Sub(max)));
            c.store(at, 16 * i, e);
            c.set(sums[i], sums[i].f32x4Add(e));
          }
        });
    return Emit.fold(c, sums);
  }

  private static void values(
      Code c,
      Emit.Frame f,
      Span span,
      I32.Local values,
      I32.Local out,
      F32.Local inverse,
      I32.Local valueDim) {
    V128.Local factor = c.v128(V128.splat(inverse));
    I32.Local stride = c.i32(valueDim.shl(2));
    I32.Local d = c.i32(I32.of(0));
    for (int vectors : new int[] {WIDE, 1}) {
      c.countTo(
          d,
          valueDim,
          4 * vectors,
          () -> {
            V128.Local[] sums = Emit.zeros(c, vectors);
            I32.Local p = c.i32(span.first());
            I32.Local weight = c.i32(f.scratch().plus(span.first().shl(2)));
            I32.Local v = c.i32(values);
            c.loop(again -> {
              V128.Local w = c.v128(V128.load32Splat(weight, 0));
              for (int i = 0; i < vectors; i++) {
                c.set(sums[i], sums[i].f32x4Add(w.f32x4Mul(V128.load(v, 16 * i))));
              }
              c.set(v, v.plus(stride));
              c.increase(weight, 4);
              c.increase(p, 1);
              c.branchIf(span.last().ge(p), again);
            });
            for (int i = 0; i < vectors; i++) {
              c.store(out, 16 * i, sums[i].f32x4Mul(factor));
            }
            c.increase(out, 16 * vectors);
            c.increase(values, 16 * vectors);
          });
    }
  }
}
