package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Rows that are changed by a sum over them, a workgroup a run; sixteen threads are the lanes. */
public final class RowSums {
  private static final String SUM_OF_SQUARES =
      """
          if (thread < 16u) {
            var sum = 0f;
            for (var i = thread; i < p.n; i += 16u) {
              let x = load(AT + i);
              sum = add(sum, mul(x, x));
            }
            lanes[thread] = sum;
          }
      """;

  private RowSums() {}

  /**
   * What they are told.
   *
   * @param x the first run; changed
   * @param y the first run of what is compared with, or {@code x}
   * @param n values in a run
   * @param runs of a row
   * @param rows rows
   * @param stride words from one row to the next
   * @param eps a small number, or how many deviations
   */
  public record Arguments(int x, int y, int n, int runs, int rows, int stride, float eps) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("y", Arguments::y)
            .number("n", Arguments::n)
            .number("runs", Arguments::runs)
            .number("rows", Arguments::rows)
            .number("stride", Arguments::stride)
            .real("eps", Arguments::eps);
  }

  /** {@code x / sqrt(sum(x * x) + eps)}, of runs of the columns that begin at x. */
  public static GpuKernel<Arguments> l2Norm() {
    return kernel(
        "l2Norm",
        SUM_OF_SQUARES.replace("AT", "start")
            + """
              let inverse = divide(1f, root(add(fold(thread), p.eps)));
              for (var i = thread; i < p.n; i += 64u) {
                store(start + i, mul(load(start + i), inverse));
              }
            """);
  }

  /** x, scaled to the length of y. */
  public static GpuKernel<Arguments> matchLength() {
    return kernel(
        "matchLength",
        SUM_OF_SQUARES.replace("AT", "like")
            + """
              let length = root(divide(fold(thread), f32(p.n)));
              workgroupBarrier();
            """
            + SUM_OF_SQUARES.replace("AT", "start")
            + """
              let own = divide(fold(thread), f32(p.n));
              let factor = divide(length, root(select(own, p.eps, above(p.eps, own))));
              for (var i = thread; i < p.n; i += 64u) {
                store(start + i, mul(load(start + i), factor));
              }
            """);
  }

  /** {@code max(x - (mean + deviation * eps), 0)}. */
  public static GpuKernel<Arguments> sparsify() {
    return kernel(
        "sparsify",
        """
          if (thread < 16u) {
            var sum = 0f;
            for (var i = thread; i < p.n; i += 16u) {
              sum = add(sum, load(start + i));
            }
            lanes[thread] = sum;
          }
          let mean = divide(fold(thread), f32(p.n));
          workgroupBarrier();
          if (thread < 16u) {
            var sum = 0f;
            for (var i = thread; i < p.n; i += 16u) {
              let x = sub(load(start + i), mean);
              sum = add(sum, mul(x, x));
            }
            lanes[thread] = sum;
          }
          let deviation = root(divide(fold(thread), f32(p.n - 1u)));
          let cutoff = add(mean, mul(deviation, p.eps));
          for (var i = thread; i < p.n; i += 64u) {
            store(start + i, relu(sub(load(start + i), cutoff)));
          }
        """);
  }

  private static GpuKernel<Arguments> kernel(String name, String body) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .shares("lanes", "f32", 16)
        .declares(Norm.FOLD)
        .body(
            a -> Grid.of((long) a.rows * a.runs),
            """
              let row = group / p.runs;
              if (row >= p.rows) {
                return;
              }
              let start = p.x + row * p.stride + group % p.runs * p.n;
              let like = p.y + row * p.stride + group % p.runs * p.n;
            """
                + body);
  }
}
