package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.backend.StateBlocks;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.SsmScanArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;
import io.wasmchord.web.kernels.recurrent.Strips.Strip;
import java.util.List;

/**
 * The scan of a selective state space model. A unit is a block of a head's channels: it stays in
 * the nearest cache while all rows pass. A lane is a channel.
 */
public final class SsmScanCode {
  private final Code c;
  private final Emit.Frame<SsmScanArguments> f;
  private final boolean byChannel;
  private final I32.Local size;
  private final I32.Local heads;

  private SsmScanCode(Code c, Emit.Frame<SsmScanArguments> f, boolean byChannel) {
    this.c = c;
    this.f = f;
    this.byChannel = byChannel;
    this.size = f.argument(SsmScanArguments.SIZE);
    this.heads = f.argument(SsmScanArguments.HEADS);
  }

  /**
   * @param byChannel whether each channel has its own step and rates
   */
  public static Emit.Body<SsmScanArguments> body(boolean byChannel) {
    return (c, f) -> new SsmScanCode(c, f, byChannel).emit();
  }

  /** Bytes of scratch that a scan takes whose channels have so many values. */
  public static int scratchBytes(int size) {
    return 4 * StateBlocks.WIDTH * size;
  }

  private void emit() {
    int w = StateBlocks.WIDTH;
    I32.Local headDim = f.argument(SsmScanArguments.HEAD_DIM);
    I32.Local blocks = c.i32(headDim.plus(w - 1).over(w));
    I32.Local fresh = c.i32(f.argument(SsmScanArguments.POSITION).eqz());
    f.eachUnit(() -> {
      I32.Local head = c.i32(f.unit().over(blocks));
      I32.Local first = c.i32(f.unit().modulo(blocks).times(w));
      I32.Local width = c.i32(headDim.minus(first).min(I32.of(w)));
      I32.Local channel = c.i32(head.times(headDim).plus(first));
      I32.Local state = c.i32(f.argument(SsmScanArguments.STATE).plus(channel.times(size).shl(2)));
      c.when(fresh, () -> Strips.zero(c, state, size.times(width)));
      Strips.emit(
          c,
          width,
          new Strips.Body() {
            @Override
            public <T extends Expr> void write(Strip<T> strip) {
              rows(strip, new Block(head, channel, state, width));
            }
          });
    });
  }

  /**
   * Channels that lie together.
   *
   * @param head theirs; 0 where each channel is one
   * @param channel the first
   * @param state address of their values
   * @param width how many there are
   */
  private record Block(I32.Local head, I32.Local channel, I32.Local state, I32.Local width) {}

  /** Addresses of a row. */
  private record Row(I32.Local x, I32.Local dt, I32.Local b, I32.Local c, I32.Local out) {}

  private <T extends Expr> void rows(Strip<T> strip, Block block) {
    I32.Local channel = c.i32(block.channel.plus(strip.first()));
    I32.Local at = c.i32(channel.shl(2));
    I32.Local own = byChannel ? at : c.i32(block.head.shl(2));
    I32.Local group = c.i32(block.head.over(f.argument(SsmScanArguments.SHARE)).times(size).shl(2));
    Row row =
        new Row(
            c.i32(f.argument(SsmScanArguments.X).plus(at)),
            c.i32(f.argument(SsmScanArguments.DT).plus(own)),
            c.i32(f.argument(SsmScanArguments.B).plus(group)),
            c.i32(f.argument(SsmScanArguments.C).plus(group)),
            c.i32(f.argument(SsmScanArguments.OUT).plus(at)));
    if (byChannel) {
      rates(strip, channel);
    }
    I32.Local d = c.i32(f.argument(SsmScanArguments.D).plus(own));
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        f.argument(SsmScanArguments.ROWS),
        1,
        () -> {
          row(strip, block, row, d);
          advance(row.x, f.argument(SsmScanArguments.VALUE_STRIDE));
          advance(row.dt, heads);
          advance(row.b, f.argument(SsmScanArguments.IN_STRIDE));
          advance(row.c, f.argument(SsmScanArguments.OUT_STRIDE));
          advance(row.out, f.argument(SsmScanArguments.CHANNELS));
        });
  }

  private void advance(I32.Local address, I32 values) {
    c.set(address, address.plus(values.shl(2)));
  }

  /** Lays the channels' rates into scratch as the state lies: one value of all, then the next. */
  private <T extends Expr> void rates(Strip<T> strip, I32.Local channel) {
    I32.Local from = c.i32(f.argument(SsmScanArguments.A).plus(channel.times(size).shl(2)));
    I32.Local to = c.i32(f.scratch());
    I32.Local s = c.i32(I32.of(0));
    c.countTo(
        s,
        size,
        1,
        () -> {
          I32.Local rate = c.i32(from.plus(s.shl(2)));
          for (int lane = 0; lane < strip.columns(); lane++) {
            c.store(to, 4 * lane, F32.load(rate, 0));
            c.set(rate, rate.plus(size.shl(2)));
          }
          c.increase(to, 4 * strip.columns());
        });
  }

  private <T extends Expr> void row(Strip<T> strip, Block block, Row row, I32.Local d) {
    Lanes<T> l = strip.lanes();
    List<T> steps = steps(strip, row.dt);
    T decay = byChannel ? l.constant(0f) : l.let(l.splat(decay(block, row.dt)));
    List<T> values = strip.load(row.x);
    List<T> in = strip.each(i -> l.mul(values.get(i), steps.get(i)));
    List<T> sums = strip.each(i -> l.constant(0f));
    I32.Local h = c.i32(block.state.plus(strip.first().shl(2)));
    I32.Local b = c.i32(row.b);
    I32.Local into = c.i32(row.c);
    I32.Local rates = c.i32(f.scratch());
    I32.Local s = c.i32(I32.of(0));
    c.countTo(
        s,
        size,
        1,
        () -> {
          T coming = l.let(l.broadcast(b));
          T going = l.let(l.broadcast(into));
          for (int i = 0; i < strip.vectors(); i++) {
            T rate =
                byChannel
                    ? Functions.exp(l, l.mul(steps.get(i), l.load(rates, i * l.bytes())))
                    : decay;
            T kept = l.mul(l.load(h, i * l.bytes()), rate);
            T next = l.let(l.add(kept, l.mul(coming, in.get(i))));
            l.store(h, i * l.bytes(), next);
            l.set(sums.get(i), l.add(sums.get(i), l.mul(next, going)));
          }
          c.set(h, h.plus(block.width.shl(2)));
          c.increase(b, 4);
          c.increase(into, 4);
          c.increase(rates, 4 * strip.columns());
        });
    List<T> past = byChannel ? strip.load(d) : strip.each(i -> l.broadcast(d));
    strip.store(row.out, i -> l.add(sums.get(i), l.mul(values.get(i), past.get(i))));
  }

  private <T extends Expr> List<T> steps(Strip<T> strip, I32.Local dt) {
    return byChannel ? strip.load(dt) : strip.each(i -> strip.lanes().broadcast(dt));
  }

  private F32 decay(Block block, I32.Local dt) {
    I32 rate = f.argument(SsmScanArguments.A).plus(block.head.shl(2));
    Lanes<F32> single = new Lanes.Single(c);
    return Functions.exp(single, F32.load(dt, 0).times(F32.load(rate, 0)));
  }
}
