package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * Norms of runs of values, a workgroup a run. Sixteen threads are the lanes of the contract's sums;
 * all of them write results.
 */
public final class Norm {
  /** Adds the lanes of a sum in halves; all threads call it. */
  static final String FOLD =
      """
      fn fold(thread: u32) -> f32 {
        for (var half = 8u; half > 0u; half = half >> 1u) {
          workgroupBarrier();
          if (thread < half) {
            lanes[thread] = add(lanes[thread], lanes[thread + half]);
          }
        }
        workgroupBarrier();
        return lanes[0];
      }
      """;

  private Norm() {}

  /**
   * What they are told.
   *
   * @param x values
   * @param weight factors, {@code weights} runs of them, which runs take in turn
   * @param out results; may be x
   * @param n values in a run
   * @param weights runs of factors
   * @param runs of values
   * @param eps is added to the mean square
   */
  public record Arguments(int x, int weight, int out, int n, int weights, int runs, float eps) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("weight", Arguments::weight)
            .number("out", Arguments::out)
            .number("n", Arguments::n)
            .number("weights", Arguments::weights)
            .number("runs", Arguments::runs)
            .real("eps", Arguments::eps);
  }

  /** {@code (x / sqrt(mean(x * x) + eps)) * weight}. */
  public static GpuKernel<Arguments> rms() {
    return kernel(
        "rmsNorm",
        """
          if (thread < 16u) {
            var sum = 0f;
            for (var i = thread; i < p.n; i += 16u) {
              let x = load(start + i);
              sum = add(sum, mul(x, x));
            }
            lanes[thread] = sum;
          }
          let mean = divide(fold(thread), f32(p.n));
          let inverse = divide(1f, root(add(mean, p.eps)));
          for (var i = thread; i < p.n; i += 64u) {
            store(to + i, mul(mul(load(start + i), inverse), load(weight + i)));
          }
        """);
  }

  /** {@code ((x - mean) / sqrt(variance + eps)) * weight}. */
  public static GpuKernel<Arguments> layer() {
    return kernel(
        "layerNorm",
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
          let variance = divide(fold(thread), f32(p.n));
          let inverse = divide(1f, root(add(variance, p.eps)));
          for (var i = thread; i < p.n; i += 64u) {
            store(to + i, mul(mul(sub(load(start + i), mean), inverse), load(weight + i)));
          }
        """);
  }

  private static GpuKernel<Arguments> kernel(String name, String body) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .shares("lanes", "f32", 16)
        .declares(FOLD)
        .body(
            a -> Grid.of(a.runs),
            """
              if (group >= p.runs) {
                return;
              }
              let start = p.x + group * p.n;
              let to = p.out + group * p.n;
              let weight = p.weight + (group % p.weights) * p.n;
            """
                + body);
  }
}
