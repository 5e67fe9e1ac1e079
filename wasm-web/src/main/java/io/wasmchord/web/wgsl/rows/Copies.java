package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Copies within the arena, bit for bit. */
public final class Copies {
  private Copies() {}

  /**
   * What {@link #gather} is told.
   *
   * @param x rows
   * @param ids numbers of rows, whole numbers
   * @param out rows, one after the other
   * @param cols columns
   * @param count ids
   */
  public record Gather(int x, int ids, int out, int cols, int count) {
    static final ArgumentLayout<Gather> LAYOUT =
        ArgumentLayout.<Gather>empty()
            .number("x", Gather::x)
            .number("ids", Gather::ids)
            .number("out", Gather::out)
            .number("cols", Gather::cols)
            .number("count", Gather::count);
  }

  /**
   * What {@link #runs} is told: value i of run b of row a is copied from {@code x + a * xRow + b *
   * xRun + i} to {@code out + a * outRow + b * outRun + i}.
   *
   * @param rows rows
   * @param runs of a row
   * @param width values of a run
   */
  public record Runs(
      int x, int out, int rows, int runs, int width, int xRow, int xRun, int outRow, int outRun) {
    static final ArgumentLayout<Runs> LAYOUT =
        ArgumentLayout.<Runs>empty()
            .number("x", Runs::x)
            .number("out", Runs::out)
            .number("rows", Runs::rows)
            .number("runs", Runs::runs)
            .number("width", Runs::width)
            .number("xRow", Runs::xRow)
            .number("xRun", Runs::xRun)
            .number("outRow", Runs::outRow)
            .number("outRun", Runs::outRun);
  }

  /** {@code out[i] = x[ids[i]]}, rows. */
  public static GpuKernel<Gather> gather() {
    return new KernelText<>("gather", Gather.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.count * a.cols, 64),
            """
              let i = group * 64u + thread;
              let row = i / p.cols;
              if (row < p.count) {
                arena[p.out + i] = arena[p.x + arena[p.ids + row] * p.cols + i % p.cols];
              }
            """);
  }

  /** Runs of values: columns, or heads. */
  public static GpuKernel<Runs> runs() {
    return new KernelText<>("copyRuns", Runs.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.runs * a.width, 64),
            """
              let i = group * 64u + thread;
              let value = i % p.width;
              let run = i / p.width % p.runs;
              let row = i / p.width / p.runs;
              if (row < p.rows) {
                arena[p.out + row * p.outRow + run * p.outRun + value] =
                  arena[p.x + row * p.xRow + run * p.xRun + value];
              }
            """);
  }
}
