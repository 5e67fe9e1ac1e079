package io.wasmchord.web.wgsl.recurrent;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Convolutions along positions, of the rows of one sequence; a thread a column. */
public final class Convolutions {
  /** In place of a word's offset: there is no such thing. */
  public static final int NONE = -1;

  private Convolutions() {}

  /**
   * What {@link #shortConv} is told; offsets in the arena but for one.
   *
   * @param past word of the layer's first row in the cache
   * @param rows rows
   * @param cols columns
   * @param kernelSize weights of a column
   * @param position of the first row
   * @param capacity rows that the layer keeps
   */
  public record Short(
      int x,
      int inGate,
      int outGate,
      int weight,
      int out,
      int past,
      int rows,
      int cols,
      int kernelSize,
      int position,
      int capacity) {
    static final ArgumentLayout<Short> LAYOUT =
        ArgumentLayout.<Short>empty()
            .number("x", Short::x)
            .number("inGate", Short::inGate)
            .number("outGate", Short::outGate)
            .number("weight", Short::weight)
            .number("out", Short::out)
            .number("past", Short::past)
            .number("rows", Short::rows)
            .number("cols", Short::cols)
            .number("kernelSize", Short::kernelSize)
            .number("position", Short::position)
            .number("capacity", Short::capacity);
  }

  /**
   * What {@link #causalConv} is told; offsets in the arena but for one.
   *
   * @param bias of the columns, or {@link #NONE}
   * @param state word of the state's first value in the cache
   * @param rows rows
   * @param cols columns
   * @param kernelSize weights of a column
   * @param position of the first row
   * @param silu 1 where SiLU is taken of the sums, else 0
   */
  public record Causal(
      int x,
      int weight,
      int bias,
      int out,
      int state,
      int rows,
      int cols,
      int kernelSize,
      int position,
      int silu) {
    static final ArgumentLayout<Causal> LAYOUT =
        ArgumentLayout.<Causal>empty()
            .number("x", Causal::x)
            .number("weight", Causal::weight)
            .number("bias", Causal::bias)
            .number("out", Causal::out)
            .number("state", Causal::state)
            .number("rows", Causal::rows)
            .number("cols", Causal::cols)
            .number("kernelSize", Causal::kernelSize)
            .number("position", Causal::position)
            .number("silu", Causal::silu);
  }

  /**
   * What {@link #tokenShift} is told.
   *
   * @param x rows, [rows, cols] in the arena
   * @param out results
   * @param state word of the row before in the cache
   * @param position of the first row
   */
  public record Shift(int x, int out, int state, int rows, int cols, int position) {
    static final ArgumentLayout<Shift> LAYOUT =
        ArgumentLayout.<Shift>empty()
            .number("x", Shift::x)
            .number("out", Shift::out)
            .number("state", Shift::state)
            .number("rows", Shift::rows)
            .number("cols", Shift::cols)
            .number("position", Shift::position);
  }

  /** The short convolution with gates. */
  public static GpuKernel<Short> shortConv() {
    return new KernelText<>("shortConv", Short.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .body(
            a -> Grid.covering(a.cols, 64),
            """
              let i = group * 64u + thread;
              if (i >= p.cols) {
                return;
              }
              for (var t = 0u; t < p.rows; t++) {
                let at = t * p.cols + i;
                let position = p.position + t;
                let own = mul(load(p.inGate + at), load(p.x + at));
                kv[p.past + position % p.capacity * p.cols + i] = bitcast<u32>(own);
                var sum = 0f;
                let behind = p.kernelSize - 1u;
                for (var k = behind - min(behind, position); k < p.kernelSize; k++) {
                  let place = (position + k - behind) % p.capacity;
                  let x = bitcast<f32>(kv[p.past + place * p.cols + i]);
                  sum = add(sum, mul(load(p.weight + i * p.kernelSize + k), x));
                }
                store(p.out + at, mul(load(p.outGate + at), sum));
              }
            """);
  }

  /** The convolution whose last positions stay in the state. */
  public static GpuKernel<Causal> causalConv() {
    return new KernelText<>("causalConv", Causal.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .body(
            a -> Grid.covering(a.cols, 64),
            """
              let i = group * 64u + thread;
              if (i >= p.cols) {
                return;
              }
              let behind = p.kernelSize - 1u;
              if (p.position == 0u) {
                for (var k = 0u; k < behind; k++) {
                  kv[p.state + k * p.cols + i] = 0u;
                }
              }
              for (var t = 0u; t < p.rows; t++) {
                let position = p.position + t;
                let x = load(p.x + t * p.cols + i);
                var sum = 0f;
                for (var k = behind - min(behind, position); k < behind; k++) {
                  let place = (position + k - behind) % behind;
                  let past = bitcast<f32>(kv[p.state + place * p.cols + i]);
                  sum = add(sum, mul(load(p.weight + i * p.kernelSize + k), past));
                }
                sum = add(sum, mul(load(p.weight + i * p.kernelSize + behind), x));
                if (p.bias != 0xffffffffu) {
                  sum = add(sum, load(p.bias + i));
                }
                if (p.silu != 0u) {
                  sum = silu(sum);
                }
                if (behind > 0u) {
                  kv[p.state + position % behind * p.cols + i] = bitcast<u32>(x);
                }
                store(p.out + t * p.cols + i, sum);
              }
            """);
  }

  /** The row before, less the row. */
  public static GpuKernel<Shift> tokenShift() {
    return new KernelText<>("tokenShift", Shift.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .body(
            a -> Grid.covering(a.cols, 64),
            """
              let i = group * 64u + thread;
              if (i >= p.cols) {
                return;
              }
              var before = bitcast<f32>(select(kv[p.state + i], 0u, p.position == 0u));
              for (var t = 0u; t < p.rows; t++) {
                let x = load(p.x + t * p.cols + i);
                store(p.out + t * p.cols + i, sub(before, x));
                before = x;
              }
              kv[p.state + i] = bitcast<u32>(before);
            """);
  }
}
