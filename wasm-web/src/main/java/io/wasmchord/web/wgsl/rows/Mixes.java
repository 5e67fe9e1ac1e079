package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Values that several of a row are added to. */
public final class Mixes {
  private Mixes() {}

  /**
   * What {@link #addMixed} is told.
   *
   * @param x rows of runs that are added
   * @param factors of each row, {@code outRuns * runs}
   * @param out the first run that is added to
   * @param width values in a run
   * @param runs of a row of x
   * @param outRuns of a row of out
   * @param rows rows
   * @param outStride words from one row of out to the next
   * @param factorStride words from one row of factors to the next; 0 where all rows share one
   */
  public record Mixed(
      int x,
      int factors,
      int out,
      int width,
      int runs,
      int outRuns,
      int rows,
      int outStride,
      int factorStride) {
    static final ArgumentLayout<Mixed> LAYOUT =
        ArgumentLayout.<Mixed>empty()
            .number("x", Mixed::x)
            .number("factors", Mixed::factors)
            .number("out", Mixed::out)
            .number("width", Mixed::width)
            .number("runs", Mixed::runs)
            .number("outRuns", Mixed::outRuns)
            .number("rows", Mixed::rows)
            .number("outStride", Mixed::outStride)
            .number("factorStride", Mixed::factorStride);
  }

  /**
   * What {@link #addBonus} is told: x, r, k and v are [rows, cols], factors [cols].
   *
   * @param headDim values of a head
   */
  public record Bonus(int x, int r, int k, int v, int factors, int headDim, int cols, int rows) {
    static final ArgumentLayout<Bonus> LAYOUT =
        ArgumentLayout.<Bonus>empty()
            .number("x", Bonus::x)
            .number("r", Bonus::r)
            .number("k", Bonus::k)
            .number("v", Bonus::v)
            .number("factors", Bonus::factors)
            .number("headDim", Bonus::headDim)
            .number("cols", Bonus::cols)
            .number("rows", Bonus::rows);
  }

  /** What {@link #xielu} is told; the numbers are the command's. */
  public record Xielu(int x, int count, float negative, float positive, float beta, float limit) {
    static final ArgumentLayout<Xielu> LAYOUT =
        ArgumentLayout.<Xielu>empty()
            .number("x", Xielu::x)
            .number("count", Xielu::count)
            .real("negative", Xielu::negative)
            .real("positive", Xielu::positive)
            .real("beta", Xielu::beta)
            .real("limit", Xielu::limit);
  }

  /** Adds to every run of out the sum of all runs of x, each times a factor. */
  public static GpuKernel<Mixed> addMixed() {
    return new KernelText<>("addMixed", Mixed.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.outRuns * a.width, 64),
            """
              let i = group * 64u + thread;
              let value = i % p.width;
              let run = i / p.width % p.outRuns;
              let row = i / p.width / p.outRuns;
              if (row >= p.rows) {
                return;
              }
              var sum = 0f;
              for (var j = 0u; j < p.runs; j++) {
                let factor = load(p.factors + row * p.factorStride + run * p.runs + j);
                sum = add(sum, mul(load(p.x + (row * p.runs + j) * p.width + value), factor));
              }
              let at = p.out + row * p.outStride + run * p.width + value;
              store(at, add(load(at), sum));
            """);
  }

  /** Adds to every head its values times the sum of its {@code (r * k) * factors}. */
  public static GpuKernel<Bonus> addBonus() {
    return new KernelText<>("addBonus", Bonus.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.cols, 64),
            """
              let i = group * 64u + thread;
              let row = i / p.cols;
              if (row >= p.rows) {
                return;
              }
              let column = i % p.cols;
              let head = column / p.headDim * p.headDim;
              var sum = 0f;
              for (var j = 0u; j < p.headDim; j++) {
                let at = row * p.cols + head + j;
                let both = mul(load(p.r + at), load(p.k + at));
                sum = add(sum, mul(both, load(p.factors + head + j)));
              }
              store(p.x + i, add(load(p.x + i), mul(load(p.v + i), sum)));
            """);
  }

  /** The function of {@code Command.Xielu}. */
  public static GpuKernel<Xielu> xielu() {
    return new KernelText<>("xielu", Xielu.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering(a.count, 64),
            """
              let i = group * 64u + thread;
              if (i >= p.count) {
                return;
              }
              let x = load(p.x + i);
              let over = mul(mul(p.positive, x), x);
              let least = select(p.limit, x, above(p.limit, x));
              let under = mul(sub(sub(exponential(least), 1f), x), p.negative);
              store(p.x + i, add(select(under, over, isPositive(x)), mul(p.beta, x)));
            """);
  }
}
