package io.wasmchord.web.wgsl.recurrent;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Layers with a matrix of state for each head, of the rows of one sequence; a thread a column. */
public final class Scans {
  /** In place of a word's offset: there is no such thing. */
  public static final int NONE = -1;

  /** Where a value of a matrix lies, as {@code StateBlocks} says. */
  private static final String PLACE =
      """
      fn stateAt(row: u32, column: u32, rows: u32, columns: u32) -> u32 {
        let block = column / 16u * 16u;
        return block * rows + row * min(16u, columns - block) + column % 16u;
      }
      fn state(at: u32) -> f32 {
        return bitcast<f32>(kv[at]);
      }
      """;

  private Scans() {}

  /**
   * What {@link #deltaNet} is told; q, k and v are the first of their columns, and their rows lie
   * so many words apart.
   *
   * @param decay of each head, or of each row of each head's matrix
   * @param decays of a row: heads, or heads * keyDim
   * @param state word of the state's first value in the cache
   * @param tiled 1 where head h has the key h modulo their number, else 0
   * @param position of the first row
   */
  public record Delta(
      int q,
      int qRow,
      int k,
      int kRow,
      int v,
      int vRow,
      int decay,
      int decays,
      int beta,
      int out,
      int state,
      int rows,
      int heads,
      int keyHeads,
      int keyDim,
      int valueDim,
      int tiled,
      float scale,
      int position) {
    static final ArgumentLayout<Delta> LAYOUT =
        ArgumentLayout.<Delta>empty()
            .number("q", Delta::q)
            .number("qRow", Delta::qRow)
            .number("k", Delta::k)
            .number("kRow", Delta::kRow)
            .number("v", Delta::v)
            .number("vRow", Delta::vRow)
            .number("decay", Delta::decay)
            .number("decays", Delta::decays)
            .number("beta", Delta::beta)
            .number("out", Delta::out)
            .number("state", Delta::state)
            .number("rows", Delta::rows)
            .number("heads", Delta::heads)
            .number("keyHeads", Delta::keyHeads)
            .number("keyDim", Delta::keyDim)
            .number("valueDim", Delta::valueDim)
            .number("tiled", Delta::tiled)
            .real("scale", Delta::scale)
            .number("position", Delta::position);
  }

  /**
   * What {@link #ssmScan} is told; x, b and c are the first of their columns, and their rows lie so
   * many words apart.
   *
   * @param a of each head, or {@code size} of each
   * @param size values of a channel's state
   * @param state word of the state's first value in the cache
   * @param position of the first row
   */
  public record Ssm(
      int x,
      int xRow,
      int dt,
      int a,
      int b,
      int bRow,
      int c,
      int cRow,
      int d,
      int out,
      int state,
      int rows,
      int channels,
      int heads,
      int groups,
      int size,
      int position) {
    static final ArgumentLayout<Ssm> LAYOUT =
        ArgumentLayout.<Ssm>empty()
            .number("x", Ssm::x)
            .number("xRow", Ssm::xRow)
            .number("dt", Ssm::dt)
            .number("a", Ssm::a)
            .number("b", Ssm::b)
            .number("bRow", Ssm::bRow)
            .number("c", Ssm::c)
            .number("cRow", Ssm::cRow)
            .number("d", Ssm::d)
            .number("out", Ssm::out)
            .number("state", Ssm::state)
            .number("rows", Ssm::rows)
            .number("channels", Ssm::channels)
            .number("heads", Ssm::heads)
            .number("groups", Ssm::groups)
            .number("size", Ssm::size)
            .number("position", Ssm::position);
  }

  /**
   * What {@link #wkv} is told; all operands are [rows, heads * headDim].
   *
   * @param a or {@link #NONE}
   * @param b or {@link #NONE}
   * @param state word of the state's first value in the cache
   * @param position of the first row
   */
  public record Wkv(
      int r,
      int w,
      int k,
      int v,
      int a,
      int b,
      int out,
      int state,
      int rows,
      int heads,
      int headDim,
      int position) {
    static final ArgumentLayout<Wkv> LAYOUT =
        ArgumentLayout.<Wkv>empty()
            .number("r", Wkv::r)
            .number("w", Wkv::w)
            .number("k", Wkv::k)
            .number("v", Wkv::v)
            .number("a", Wkv::a)
            .number("b", Wkv::b)
            .number("out", Wkv::out)
            .number("state", Wkv::state)
            .number("rows", Wkv::rows)
            .number("heads", Wkv::heads)
            .number("headDim", Wkv::headDim)
            .number("position", Wkv::position);
  }

  /** The gated delta net. */
  public static GpuKernel<Delta> deltaNet() {
    return new KernelText<>("deltaNet", Delta.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .declares(PLACE)
        .body(
            a -> Grid.covering((long) a.heads * a.valueDim, 64),
            """
              let column = group * 64u + thread;
              let head = column / p.valueDim;
              if (head >= p.heads) {
                return;
              }
              let j = column % p.valueDim;
              let base = p.state + head * p.keyDim * p.valueDim;
              if (p.position == 0u) {
                for (var i = 0u; i < p.keyDim; i++) {
                  kv[base + stateAt(i, j, p.keyDim, p.valueDim)] = 0u;
                }
              }
              let keyHead = select(head / (p.heads / p.keyHeads), head % p.keyHeads, p.tiled != 0u);
              let byRow = p.decays != p.heads;
              for (var t = 0u; t < p.rows; t++) {
                let q = p.q + t * p.qRow + keyHead * p.keyDim;
                let k = p.k + t * p.kRow + keyHead * p.keyDim;
                let decay = p.decay + t * p.decays + select(head, head * p.keyDim, byRow);
                var known = 0f;
                for (var i = 0u; i < p.keyDim; i++) {
                  let s = state(base + stateAt(i, j, p.keyDim, p.valueDim));
                  let g = load(decay + select(0u, i, byRow));
                  known = add(known, mul(mul(s, g), load(k + i)));
                }
                let v = load(p.v + t * p.vRow + column);
                let delta = mul(sub(v, known), load(p.beta + t * p.heads + head));
                var sum = 0f;
                for (var i = 0u; i < p.keyDim; i++) {
                  let at = base + stateAt(i, j, p.keyDim, p.valueDim);
                  let g = load(decay + select(0u, i, byRow));
                  let s = add(mul(state(at), g), mul(load(k + i), delta));
                  kv[at] = bitcast<u32>(s);
                  sum = add(sum, mul(s, load(q + i)));
                }
                store(p.out + t * p.heads * p.valueDim + column, mul(sum, p.scale));
              }
            """);
  }

  /** The scan of a selective state space model. */
  public static GpuKernel<Ssm> ssmScan() {
    return new KernelText<>("ssmScan", Ssm.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .declares(PLACE)
        .body(
            a -> Grid.covering(a.channels, 64),
            """
              let i = group * 64u + thread;
              if (i >= p.channels) {
                return;
              }
              let headDim = p.channels / p.heads;
              let head = i / headDim;
              let byChannel = p.heads == p.channels;
              let rows = p.size;
              let columns = select(headDim, p.channels, byChannel);
              let base = p.state + select(head * headDim * p.size, 0u, byChannel);
              let column = select(i % headDim, i, byChannel);
              if (p.position == 0u) {
                for (var s = 0u; s < p.size; s++) {
                  kv[base + stateAt(s, column, rows, columns)] = 0u;
                }
              }
              let part = head / (p.heads / p.groups) * p.size;
              for (var t = 0u; t < p.rows; t++) {
                let x = load(p.x + t * p.xRow + i);
                let dt = load(p.dt + t * p.heads + head);
                let step = mul(x, dt);
                var sum = 0f;
                for (var s = 0u; s < p.size; s++) {
                  let a = load(p.a + select(head, i * p.size + s, byChannel));
                  let at = base + stateAt(s, column, rows, columns);
                  let kept = mul(state(at), exponential(mul(dt, a)));
                  let h = add(kept, mul(load(p.b + t * p.bRow + part + s), step));
                  kv[at] = bitcast<u32>(h);
                  sum = add(sum, mul(h, load(p.c + t * p.cRow + part + s)));
                }
                store(p.out + t * p.channels + i, add(sum, mul(x, load(p.d + head))));
              }
            """);
  }

  /** The time mix of RWKV. */
  public static GpuKernel<Wkv> wkv() {
    return new KernelText<>("wkv", Wkv.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .declares(PLACE)
        .body(
            a -> Grid.covering((long) a.heads * a.headDim, 64),
            """
              let column = group * 64u + thread;
              let head = column / p.headDim;
              if (head >= p.heads) {
                return;
              }
              let j = column % p.headDim;
              let base = p.state + head * p.headDim * p.headDim;
              let cols = p.heads * p.headDim;
              let seventh = p.a != 0xffffffffu;
              if (p.position == 0u) {
                for (var i = 0u; i < p.headDim; i++) {
                  kv[base + stateAt(i, j, p.headDim, p.headDim)] = 0u;
                }
              }
              for (var t = 0u; t < p.rows; t++) {
                let row = t * cols + head * p.headDim;
                var known = 0f;
                if (seventh) {
                  for (var i = 0u; i < p.headDim; i++) {
                    let s = state(base + stateAt(i, j, p.headDim, p.headDim));
                    known = add(known, mul(load(p.a + row + i), s));
                  }
                }
                let v = load(p.v + t * cols + column);
                var sum = 0f;
                for (var i = 0u; i < p.headDim; i++) {
                  let at = base + stateAt(i, j, p.headDim, p.headDim);
                  let s = state(at);
                  var next = add(mul(s, load(p.w + row + i)), mul(v, load(p.k + row + i)));
                  var seen = s;
                  if (seventh) {
                    next = add(next, mul(known, load(p.b + row + i)));
                    seen = next;
                  }
                  sum = add(sum, mul(seen, load(p.r + row + i)));
                  kv[at] = bitcast<u32>(next);
                }
                store(p.out + t * cols + column, sum);
              }
            """);
  }
}
