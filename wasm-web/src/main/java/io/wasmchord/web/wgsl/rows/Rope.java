package io.wasmchord.web.wgsl.rows;

import io.wasmchord.backend.RopeOrder;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Turns pairs of values of heads, a thread a pair. */
public final class Rope {
  private Rope() {}

  /**
   * What they are told.
   *
   * @param x values, [rows, heads * headDim]
   * @param table cosine and sine of each pair, [rows, 2 * pairs]
   * @param rows rows
   * @param heads heads of a row
   * @param headDim values of a head
   * @param pairs pairs of a head that are turned
   */
  public record Arguments(int x, int table, int rows, int heads, int headDim, int pairs) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("table", Arguments::table)
            .number("rows", Arguments::rows)
            .number("heads", Arguments::heads)
            .number("headDim", Arguments::headDim)
            .number("pairs", Arguments::pairs);
  }

  /** The kernel of an order of pairs. */
  public static GpuKernel<Arguments> kernel(RopeOrder order) {
    boolean halves = order == RopeOrder.NEOX;
    return new KernelText<>(halves ? "ropeHalves" : "ropeNeighbours", Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.heads * a.pairs, 64),
            """
              let i = group * 64u + thread;
              let pair = i % p.pairs;
              let head = i / p.pairs;
              let row = head / p.heads;
              if (row >= p.rows) {
                return;
              }
              let turn = p.table + 2u * (row * p.pairs + pair);
              let c = load(turn);
              let s = load(turn + 1u);
              let at = p.x + head * p.headDim + FIRST;
              let other = at + APART;
              let a = load(at);
              let b = load(other);
              store(at, sub(mul(a, c), mul(b, s)));
              store(other, add(mul(a, s), mul(b, c)));
            """
                .replace("FIRST", halves ? "pair" : "2u * pair")
                .replace("APART", halves ? "p.pairs" : "1u"));
  }
}
