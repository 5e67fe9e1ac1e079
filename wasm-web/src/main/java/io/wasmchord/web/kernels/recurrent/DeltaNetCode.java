package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.backend.StateBlocks;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.DeltaNetArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Lanes;
import io.wasmchord.web.kernels.recurrent.Strips.Strip;
import java.util.List;

/**
 * A gated delta net. A unit is a block of a head's columns: it stays in the nearest cache while all
 * rows pass. A lane is a column.
 */
public final class DeltaNetCode {
  private final Code c;
  private final Emit.Frame<DeltaNetArguments> f;
  private final I32.Local keyDim;
  private final I32.Local valueDim;
  private final I32.Local heads;
  private final I32.Local decays;
  private final F32.Local scale;

  private DeltaNetCode(Code c, Emit.Frame<DeltaNetArguments> f) {
    this.c = c;
    this.f = f;
    this.keyDim = f.argument(DeltaNetArguments.KEY_DIM);
    this.valueDim = f.argument(DeltaNetArguments.VALUE_DIM);
    this.heads = f.argument(DeltaNetArguments.HEADS);
    this.decays = f.argument(DeltaNetArguments.DECAYS);
    this.scale = f.argument(DeltaNetArguments.SCALE);
  }

  public static void body(Code c, Emit.Frame<DeltaNetArguments> f) {
    new DeltaNetCode(c, f).emit();
  }

  private void emit() {
    int w = StateBlocks.WIDTH;
    I32.Local blocks = c.i32(valueDim.plus(w - 1).over(w));
    I32.Local fresh = c.i32(f.argument(DeltaNetArguments.POSITION).eqz());
    f.eachUnit(() -> {
      I32.Local head = c.i32(f.unit().over(blocks));
      I32.Local first = c.i32(f.unit().modulo(blocks).times(w));
      I32.Local width = c.i32(valueDim.minus(first).min(I32.of(w)));
      I32.Local column = c.i32(head.times(valueDim).plus(first));
      I32.Local state =
          c.i32(f.argument(DeltaNetArguments.STATE).plus(column.times(keyDim).shl(2)));
      c.when(fresh, () -> Strips.zero(c, state, keyDim.times(width)));
      Strips.emit(
          c,
          width,
          new Strips.Body() {
            @Override
            public <T extends Expr> void write(Strip<T> strip) {
              rows(strip, head, column, new Matrix(state, width));
            }
          });
    });
  }

  /**
   * A block of a head's matrix.
   *
   * @param state its address
   * @param width its columns
   */
  private record Matrix(I32.Local state, I32.Local width) {}

  private <T extends Expr> void rows(
      Strip<T> strip, I32.Local head, I32.Local column, Matrix matrix) {
    I32 shared = head.over(f.argument(DeltaNetArguments.SHARE));
    I32 keyHead = shared.modulo(f.argument(DeltaNetArguments.KEY_HEADS));
    I32.Local key = c.i32(keyHead.times(keyDim).shl(2));
    I32.Local at = c.i32(column.plus(strip.first()).shl(2));
    I32.Local q = c.i32(f.argument(DeltaNetArguments.Q).plus(key));
    I32.Local k = c.i32(f.argument(DeltaNetArguments.K).plus(key));
    I32.Local v = c.i32(f.argument(DeltaNetArguments.V).plus(at));
    I32.Local out = c.i32(f.argument(DeltaNetArguments.OUT).plus(at));
    I32.Local beta = c.i32(f.argument(DeltaNetArguments.BETA).plus(head.shl(2)));
    I32.Local decay = c.i32(f.argument(DeltaNetArguments.DECAY).plus(head.times(decays).shl(2)));
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        f.argument(DeltaNetArguments.ROWS),
        1,
        () -> {
          Lanes<T> l = strip.lanes();
          List<T> known = known(strip, matrix, decay, k);
          List<T> values = strip.load(v);
          T factor = l.let(l.broadcast(beta));
          List<T> delta = strip.each(i -> l.mul(l.sub(values.get(i), known.get(i)), factor));
          List<T> sums = update(strip, matrix, decay, new Key(k, q), delta);
          strip.store(out, i -> l.mul(sums.get(i), l.splat(scale)));
          advance(q, f.argument(DeltaNetArguments.QUERY_STRIDE));
          advance(k, f.argument(DeltaNetArguments.KEY_STRIDE));
          advance(v, f.argument(DeltaNetArguments.VALUE_STRIDE));
          advance(out, heads.times(valueDim));
          advance(beta, heads);
          advance(decay, heads.times(decays));
        });
  }

  private void advance(I32.Local address, I32 values) {
    c.set(address, address.plus(values.shl(2)));
  }

  /** Bytes from one decay to the next one of a head. */
  private I32 decayStep() {
    return I32.select(decays.eq(I32.of(1)), I32.of(0), I32.of(4));
  }

  /** What the matrix has for a key, after its decay. */
  private <T extends Expr> List<T> known(
      Strip<T> strip, Matrix matrix, I32.Local decay, I32.Local k) {
    Lanes<T> l = strip.lanes();
    List<T> sums = strip.each(i -> l.constant(0f));
    I32.Local s = c.i32(matrix.state.plus(strip.first().shl(2)));
    I32.Local g = c.i32(decay);
    I32.Local key = c.i32(k);
    I32.Local step = c.i32(decayStep());
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        keyDim,
        1,
        () -> {
          T factor = l.let(l.broadcast(g));
          T value = l.let(l.broadcast(key));
          for (int j = 0; j < strip.vectors(); j++) {
            T decayed = l.mul(l.load(s, j * l.bytes()), factor);
            l.set(sums.get(j), l.add(sums.get(j), l.mul(decayed, value)));
          }
          c.set(s, s.plus(matrix.width.shl(2)));
          c.set(g, g.plus(step));
          c.increase(key, 4);
        });
    return sums;
  }

  private record Key(I32.Local k, I32.Local q) {}

  /** Adds what is new, and reads. */
  private <T extends Expr> List<T> update(
      Strip<T> strip, Matrix matrix, I32.Local decay, Key row, List<T> delta) {
    Lanes<T> l = strip.lanes();
    List<T> sums = strip.each(i -> l.constant(0f));
    I32.Local s = c.i32(matrix.state.plus(strip.first().shl(2)));
    I32.Local g = c.i32(decay);
    I32.Local key = c.i32(row.k);
    I32.Local query = c.i32(row.q);
    I32.Local step = c.i32(decayStep());
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        keyDim,
        1,
        () -> {
          T factor = l.let(l.broadcast(g));
          T value = l.let(l.broadcast(key));
          T asked = l.let(l.broadcast(query));
          for (int j = 0; j < strip.vectors(); j++) {
            T decayed = l.mul(l.load(s, j * l.bytes()), factor);
            T next = l.let(l.add(decayed, l.mul(value, delta.get(j))));
            l.store(s, j * l.bytes(), next);
            l.set(sums.get(j), l.add(sums.get(j), l.mul(next, asked)));
          }
          c.set(s, s.plus(matrix.width.shl(2)));
          c.set(g, g.plus(step));
          c.increase(key, 4);
          c.increase(query, 4);
        });
    return sums;
  }
}
