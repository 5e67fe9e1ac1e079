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
 * position modulo the layer's capacity. A unit of attention is one head of one token; two that
 * share keys are computed at once.
 */
public final class AttentionCode {
  /** Positions are taken in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = KvSpec.RUN;

  /**
   * Queries that share a head of keys and are attended with at once: keys are loaded once for them,
   * and twice as many sums, each a chain of additions, grow at a time.
   */
  public static final int AT_ONCE = 2;

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
      I32.Local shared = f.argument(AttentionArguments.SHARED);
      Shape shape = new Shape(heads, shared, keyDim, valueDim, capacity);
      c.whileTrue(
          f.unit().lt(f.end()),
          () -> {
            I32 isLast = f.unit().modulo(heads).plus(1).modulo(shared).eqz();
            c.when(
                isLast.or(f.unit().plus(1).ge(f.end())),
                () -> attend(c, f, shape, 1),
                () -> attend(c, f, shape, AT_ONCE));
          });
    };
  }

  private record Shape(
      I32.Local heads,
      I32.Local shared,
      I32.Local keyDim,
      I32.Local valueDim,
      I32.Local capacity) {}

  /** Emits the next units, which are of one token and share a head of keys, and goes on. */
  private void attend(Code c, Emit.Frame<AttentionArguments> f, Shape shape, int queries) {
    Span span = Span.of(c, f, shape.heads);
    I32.Local queryHead = c.i32(f.unit().modulo(shape.heads));
    I32.Local before = c.i32(queryHead.over(shape.shared).times(shape.capacity));
    I32.Local[] scores = new I32.Local[queries]; // of each query, one after the other
    I32.Local[] q = new I32.Local[queries];
    for (int i = 0; i < queries; i++) {
      scores[i] = c.i32(i == 0 ? f.scratch() : span.to(scores[i - 1]));
      I32 unit = f.unit().plus(i);
      q[i] = c.i32(f.argument(AttentionArguments.Q).plus(unit.times(shape.keyDim).shl(2)));
    }
    I32.Local keys = f.argument(AttentionArguments.KEYS);
    Ring ring = Ring.of(c, keys, before, shape.capacity, cache.bytes(shape.keyDim));
    scores(c, f, span, q, scores, ring, shape.keyDim);
    V128.Local[] factors = new V128.Local[queries];
    for (int i = 0; i < queries; i++) {
      I32.Local head = c.i32(queryHead.plus(i));
      cap(c, f, span, scores[i]);
      byDistance(c, f, span, head, scores[i]);
      hide(c, scores[i], span, span.runStart(), span.first());
      hide(c, scores[i], span, span.last().plus(1), span.runEnd());
      F32.Local sink = sink(c, f, head);
      F32 sum = scoring.softmax().f32(c.i32(scores[i]), span.to(scores[i]), sink);
      factors[i] = c.v128(V128.splat(F32.of(1f).over(sum)));
    }
    values(c, f, span, scores, factors, before, shape);
    c.increase(f.unit(), queries);
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
      I32.Local[] q,
      I32.Local[] scores,
      Ring keys,
      I32.Local keyDim) {
    I32.Local stride = c.i32(keys.bytes().shl(2));
    I32.Local run = c.i32(keys.at(span.runStart()));
    V128.Local scale = c.v128(V128.splat(f.argument(AttentionArguments.SCALE)));
    I32.Local[] k = new I32.Local[RUN / 4];
    I32.Local[] query = new I32.Local[q.length];
    V128.Local[][] sums = new V128.Local[q.length][];
    span.runs(
        c,
        scores[0],
        (p, at) -> {
          k[0] = c.i32(run);
          for (int i = 1; i < k.length; i++) {
            k[i] = c.i32(k[i - 1].plus(stride));
          }
          for (int j = 0; j < q.length; j++) {
            query[j] = c.i32(q[j]);
            sums[j] = Emit.zeros(c, k.length);
          }
          cache.addProducts(c, query, k, keyDim, sums);
          for (int j = 0; j < q.length; j++) {
            I32.Local to = c.i32(at.plus(scores[j].minus(scores[0])));
            for (int i = 0; i < k.length; i++) {
              c.store(to, 16 * i, sums[j][i].f32x4Mul(scale));
            }
          }
          keys.advance(c, run, keys.bytes().times(RUN));
        });
  }

  private void cap(Code c, Emit.Frame<AttentionArguments> f, Span span, I32.Local scores) {
    F32.Local cap = f.argument(AttentionArguments.SOFT_CAP);
    c.when(
        cap.eq(F32.of(0f)).eqz(),
        () -> c.call(scoring.softCap(), c.i32(scores), span.to(scores), cap));
  }

  /** Emits what depends on how far positions are from the token's own. */
  private void byDistance(
      Code c, Emit.Frame<AttentionArguments> f, Span span, I32.Local head, I32.Local scores) {
    I32.Local slopes = f.argument(AttentionArguments.SLOPES);
    I32.Local before = c.i32(span.own().minus(span.runStart())); // positions
    c.when(
        slopes,
        () -> {
          F32 slope = F32.load(slopes.plus(head.shl(2)), 0);
          c.call(scoring.slope(), scores, span.to(scores), slope, F32.convert(before));
        });
    I32.Local biases = f.argument(AttentionArguments.BIASES);
    c.when(
        biases,
        () -> {
          I32.Local reach = f.argument(AttentionArguments.REACH);
          I32 row = biases.plus(head.times(reach.shl(1).plus(1)).shl(2));
          I32 from = c.i32(scores);
          c.call(scoring.bias(), from, span.to(scores), row, reach, before);
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
      I32.Local[] scores,
      V128.Local[] factors,
      I32.Local before,
      Shape shape) {
    Ring values =
        Ring.of(
            c,
            f.argument(AttentionArguments.VALUES),
            before,
            shape.capacity,
            cache.bytes(shape.valueDim));
    I32.Local first = c.i32(values.at(span.first()));
    I32.Local outBytes = c.i32(shape.valueDim.shl(2));
    I32.Local out = c.i32(f.argument(AttentionArguments.OUT).plus(f.unit().times(outBytes)));
    I32.Local d = c.i32(I32.of(0));
    for (int vectors : cache.passes(scores.length)) {
      c.countTo(
          d,
          shape.valueDim,
          4 * vectors,
          () -> {
            V128.Local[][] sums = new V128.Local[scores.length][];
            I32.Local[] weight = new I32.Local[scores.length];
            for (int j = 0; j < scores.length; j++) {
              sums[j] = Emit.zeros(c, vectors);
              weight[j] = c.i32(span.score(scores[j], span.first()));
            }
            I32.Local p = c.i32(span.first());
            I32.Local v = c.i32(first);
            c.loop(again -> {
              V128[] value = cache.values(c, v, vectors);
              V128.Local[] w = new V128.Local[scores.length];
              for (int j = 0; j < scores.length; j++) {
                w[j] = c.v128(V128.load32Splat(weight[j], 0));
                c.increase(weight[j], 4);
              }
              for (int i = 0; i < vectors; i++) {
                V128.Local one = c.v128(value[i]);
                for (int j = 0; j < scores.length; j++) {
                  c.set(sums[j][i], sums[j][i].f32x4Add(w[j].f32x4Mul(one)));
                }
              }
              values.advance(c, v, values.bytes());
              c.increase(p, 1);
              c.branchIf(span.last().ge(p), again);
            });
            for (int j = 0; j < scores.length; j++) {
              I32.Local to = c.i32(j == 0 ? out : out.plus(outBytes.times(j)));
              for (int i = 0; i < vectors; i++) {
                c.store(to, 16 * i, sums[j][i].f32x4Mul(factors[j]));
              }
            }
            c.increase(out, 16 * vectors);
            values.shift(c, first, cache.bytes(vectors));
          });
    }
  }
}
