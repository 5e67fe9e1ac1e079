package io.wasmchord.web.kernels.attention;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.kernels.emit.Emit;

/**
 * Attention over the cache, and the cache's writes. Keys lie as [kv head][place / 4][dimension][4
 * places], so that a lane is a position; values as [kv head][place][dimension], so that a lane is a
 * dimension; {@link CacheCode} says how the cache's type stores them. A position's place is the
 * position modulo the layer's capacity. A unit of attention is one head of one token.
 */
public final class AttentionCode {
  /** Positions are taken in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = KvSpec.RUN;

  private final CacheCode cache;

  private final ScoreCode scoring;

  public AttentionCode(KvType type, ScoreCode scoring) {
    this.cache = CacheCode.of(type);
    this.scoring = scoring;
  }

  public Emit.Body<StoreKvArguments> storeKv() {
    return (c, f) -> {
      I32.Local heads = f.argument(StoreKvArguments.KV_HEADS);
      I32.Local keyDim = f.argument(StoreKvArguments.KEY_DIM);
      I32.Local valueDim = f.argument(StoreKvArguments.VALUE_DIM);
      I32.Local capacity = f.argument(StoreKvArguments.CAPACITY);
      f.eachUnit(() -> {
        I32.Local position =
            c.i32(f.argument(StoreKvArguments.POSITION).plus(f.unit().over(heads)));
        I32.Local place = c.i32(position.modulo(capacity));
        I32.Local before = c.i32(f.unit().modulo(heads).times(capacity));
        I32.Local keyBytes = c.i32(cache.bytes(keyDim));
        I32.Local valueBytes = c.i32(cache.bytes(valueDim));
        I32 strip = before.plus(place.and(-4)).times(keyBytes);
        I32.Local key = c.i32(f.argument(StoreKvArguments.KEYS).plus(strip));
        I32.Local from =
            c.i32(f.argument(StoreKvArguments.NEW_KEYS).plus(f.unit().times(keyDim).shl(2)));
        cache.storeKey(c, key, c.i32(place.and(3)), from, keyDim);
        I32 valuePlace = before.plus(place).times(valueBytes);
        I32.Local value = c.i32(f.argument(StoreKvArguments.VALUES).plus(valuePlace));
        c.set(from, f.argument(StoreKvArguments.NEW_VALUES).plus(f.unit().times(valueDim).shl(2)));
        cache.storeValue(c, value, from, valueDim);
      });
    };
  }

  public Emit.Body<AttentionArguments> attention() {
    return (c, f) -> {
      I32.Local heads = f.argument(AttentionArguments.HEADS);
      I32.Local keyDim = f.argument(AttentionArguments.KEY_DIM);
      I32.Local valueDim = f.argument(AttentionArguments.VALUE_DIM);
      I32.Local capacity = f.argument(AttentionArguments.CAPACITY);
      f.eachUnit(() -> {
        Span span = Span.of(c, f, heads);
        I32.Local queryHead = c.i32(f.unit().modulo(heads));
        I32 head = queryHead.over(f.argument(AttentionArguments.SHARED));
        I32.Local before = c.i32(head.times(capacity));
        I32.Local q = c.i32(f.argument(AttentionArguments.Q).plus(f.unit().times(keyDim).shl(2)));
        Ring keys =
            Ring.of(c, f.argument(AttentionArguments.KEYS), before, capacity, cache.bytes(keyDim));
        scores(c, f, span, q, keys, keyDim);
        byDistance(c, f, span, queryHead);
        hide(c, f.scratch(), span, span.runStart(), span.first());
        hide(c, f.scratch(), span, span.last().plus(1), span.runEnd());
        F32.Local sink = sink(c, f, queryHead);
        F32 sum = scoring.softmax().f32(f.scratch(), span.to(f.scratch()), sink);
        F32.Local inverse = c.f32(F32.of(1f).over(sum));
        Ring values =
            Ring.of(
                c, f.argument(AttentionArguments.VALUES), before, capacity, cache.bytes(valueDim));
        I32.Local out =
            c.i32(f.argument(AttentionArguments.OUT).plus(f.unit().times(valueDim).shl(2)));
        values(c, f, span, values, out, inverse, valueDim);
      });
    };
  }

  /**
   * The places of a head's keys or values; behind the last one comes the first.
   *
   * @param start address of the first place
   * @param end address after the last place
   * @param bytes of a place
   */
  private record Ring(I32.Local start, I32.Local end, I32.Local capacity, I32.Local bytes) {
    static Ring of(Code c, I32.Local layer, I32.Local before, I32.Local capacity, I32 bytes) {
      I32.Local each = c.i32(bytes);
      I32.Local start = c.i32(layer.plus(before.times(each)));
      return new Ring(start, c.i32(start.plus(capacity.times(each))), capacity, each);
    }

    /** Address of a position's place. */
    I32 at(I32.Local position) {
      return start.plus(position.modulo(capacity).times(bytes));
    }

    /** Emits going on by {@code step} bytes, which may end behind the last place. */
    void advance(Code c, I32.Local at, I32 step) {
      c.set(at, at.plus(step));
      c.when(at.eq(end), () -> c.set(at, start));
    }

    /** Emits going on to what stands {@code step} bytes further in every place, {@code at} too. */
    void shift(Code c, I32.Local at, int step) {
      c.increase(at, step);
      c.increase(start, step);
      c.increase(end, step);
    }
  }

  /**
   * The positions that a token sees.
   *
   * @param own its own
   * @param first the first one
   * @param last the last one
   * @param runStart {@code first}, rounded down to a run
   * @param runEnd the first position after the run of {@code last}
   */
  private record Span(
      I32.Local own, I32.Local first, I32.Local last, I32.Local runStart, I32.Local runEnd) {
    static Span of(Code c, Emit.Frame<AttentionArguments> f, I32.Local heads) {
      I32.Local own = c.i32(f.argument(AttentionArguments.POSITION).plus(f.unit().over(heads)));
      I32.Local first = c.i32(own.minus(f.argument(AttentionArguments.BEFORE)));
      c.when(first.lt(I32.of(0)), () -> c.set(first, I32.of(0)));
      I32.Local chunk = f.argument(AttentionArguments.CHUNK);
      c.when(chunk, () -> c.set(first, own.minus(own.modulo(chunk))));
      I32.Local last = c.i32(own.plus(f.argument(AttentionArguments.AFTER)));
      I32.Local end = f.argument(AttentionArguments.END);
      c.when(last.ge(end), () -> c.set(last, end.minus(1)));
      return new Span(own, first, last, c.i32(first.and(-RUN)), c.i32(last.and(-RUN).plus(RUN)));
    }

    /** Address of a position's score, where those of the first run begin at {@code scores}. */
    I32 score(I32 scores, I32 position) {
      return scores.plus(position.minus(runStart).shl(2));
    }

    /** Address after the last run's scores. */
    I32 to(I32 scores) {
      return score(scores, runEnd);
    }

    /** Emits {@code body} for each run; {@code at} is the address of its scores. */
    void runs(Code c, I32 scores, java.util.function.BiConsumer<I32.Local, I32.Local> body) {
      I32.Local p = c.i32(runStart);
      I32.Local at = c.i32(scores);
      c.loop(again -> {
        body.accept(p, at);
        c.increase(p, RUN);
        c.increase(at, 4 * RUN);
        c.branchIf(last.ge(p), again);
      });
    }
  }

  private void scores(
      Code c,
      Emit.Frame<AttentionArguments> f,
      Span span,
      I32.Local q,
      Ring keys,
      I32.Local keyDim) {
    I32.Local stride = c.i32(keys.bytes().shl(2));
    I32.Local run = c.i32(keys.at(span.runStart()));
    V128.Local scale = c.v128(V128.splat(f.argument(AttentionArguments.SCALE)));
    I32.Local[] k = new I32.Local[RUN / 4];
    span.runs(
        c,
        f.scratch(),
        (p, at) -> {
          k[0] = c.i32(run);
          for (int i = 1; i < k.length; i++) {
            k[i] = c.i32(k[i - 1].plus(stride));
          }
          V128.Local[] s = Emit.zeros(c, k.length);
          cache.addProducts(c, c.i32(q), k, keyDim, s);
          for (int i = 0; i < k.length; i++) {
            c.set(s[i], s[i].f32x4Mul(scale));
          }
          for (int i = 0; i < k.length; i++) {
            c.store(at, 16 * i, s[i]);
          }
          keys.advance(c, run, keys.bytes().times(RUN));
        });
    F32.Local cap = f.argument(AttentionArguments.SOFT_CAP);
    c.when(
        cap.eq(F32.of(0f)).eqz(),
        () -> c.call(scoring.softCap(), f.scratch(), span.to(f.scratch()), cap));
  }

  /** Emits what depends on how far positions are from the token's own. */
  private void byDistance(Code c, Emit.Frame<AttentionArguments> f, Span span, I32.Local head) {
    I32.Local slopes = f.argument(AttentionArguments.SLOPES);
    I32.Local before = c.i32(span.own().minus(span.runStart())); // positions
    c.when(
        slopes,
        () -> {
          F32 slope = F32.load(slopes.plus(head.shl(2)), 0);
          c.call(scoring.slope(), f.scratch(), span.to(f.scratch()), slope, F32.convert(before));
        });
    I32.Local biases = f.argument(AttentionArguments.BIASES);
    c.when(
        biases,
        () -> {
          I32.Local reach = f.argument(AttentionArguments.REACH);
          I32 row = biases.plus(head.times(reach.shl(1).plus(1)).shl(2));
          I32 from = c.i32(f.scratch());
          c.call(scoring.bias(), from, span.to(f.scratch()), row, reach, before);
        });
  }

  /** A head's sink, or what adds nothing. */
  private static F32.Local sink(Code c, Emit.Frame<AttentionArguments> f, I32.Local head) {
    I32.Local sinks = f.argument(AttentionArguments.SINKS);
    F32.Local sink = c.f32(F32.of(Float.NEGATIVE_INFINITY));
    c.when(sinks, () -> c.set(sink, F32.load(sinks.plus(head.shl(2)), 0)));
    return sink;
  }

  /** Takes the scores from {@code from} to before {@code to} out of the softmax. */
  private static void hide(Code c, I32 scores, Span span, I32 from, I32.Local to) {
    I32.Local p = c.i32(from);
    F32 nothing = F32.of(Float.NEGATIVE_INFINITY);
    c.countTo(p, to, 1, () -> c.store(span.score(scores, p), 0, nothing));
  }

  private void values(
      Code c,
      Emit.Frame<AttentionArguments> f,
      Span span,
      Ring values,
      I32.Local out,
      F32.Local inverse,
      I32.Local valueDim) {
    V128.Local factor = c.v128(V128.splat(inverse));
    I32.Local first = c.i32(values.at(span.first()));
    I32.Local d = c.i32(I32.of(0));
    for (int vectors : cache.passes()) {
      c.countTo(
          d,
          valueDim,
          4 * vectors,
          () -> {
            V128.Local[] sums = Emit.zeros(c, vectors);
            I32.Local p = c.i32(span.first());
            I32.Local weight = c.i32(span.score(f.scratch(), span.first()));
            I32.Local v = c.i32(first);
            c.loop(again -> {
              V128.Local w = c.v128(V128.load32Splat(weight, 0));
              V128[] value = cache.values(c, v, vectors);
              for (int i = 0; i < vectors; i++) {
                c.set(sums[i], sums[i].f32x4Add(w.f32x4Mul(value[i])));
              }
              values.advance(c, v, values.bytes());
              c.increase(weight, 4);
              c.increase(p, 1);
              c.branchIf(span.last().ge(p), again);
            });
            for (int i = 0; i < vectors; i++) {
              c.store(out, 16 * i, sums[i].f32x4Mul(factor));
            }
            c.increase(out, 16 * vectors);
            values.shift(c, first, cache.bytes(vectors));
          });
    }
  }
}
