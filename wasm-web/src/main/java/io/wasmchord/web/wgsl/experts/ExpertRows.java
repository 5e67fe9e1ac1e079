package io.wasmchord.web.wgsl.experts;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** What is done with rows of a batch and with places, of which a row has one for each expert. */
public final class ExpertRows {
  private ExpertRows() {}

  /**
   * What they are told.
   *
   * @param x values of rows or places
   * @param out results
   * @param by weights of places, or an expert's biases
   * @param ids experts of places; 0 where they do not matter
   * @param cols columns
   * @param rows rows of the batch
   * @param used places of a row
   */
  public record Arguments(int x, int out, int by, int ids, int cols, int rows, int used) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("out", Arguments::out)
            .number("by", Arguments::by)
            .number("ids", Arguments::ids)
            .number("cols", Arguments::cols)
            .number("rows", Arguments::rows)
            .number("used", Arguments::used);
  }

  /** Places of weighed rows: {@code out[place] = x[row] * weight[place]}. */
  public static GpuKernel<Arguments> weigh() {
    return places(
        "expertWeigh",
        "store(p.out + i, mul(load(p.x + place / p.used * p.cols + column), load(p.by + place)));");
  }

  /** Adds an expert's biases, [experts, cols], to its places: {@code out[place] + by[expert]}. */
  public static GpuKernel<Arguments> addBias() {
    return places(
        "expertAddBias",
        "store(p.out + i,\n"
            + "      add(load(p.out + i), load(p.by + arena[p.ids + place] * p.cols + column)));");
  }

  /** {@code out[row] + x[place] * weight[place]}, place by place. */
  public static GpuKernel<Arguments> sum() {
    return rows("expertSum", "add(sum, mul(load(at), load(p.by + row * p.used + i)))");
  }

  /** {@code out[row] + x[place]}, place by place. */
  public static GpuKernel<Arguments> plainSum() {
    return rows("expertPlainSum", "add(sum, load(at))");
  }

  private static GpuKernel<Arguments> places(String name, String action) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.used * a.cols, 64),
            """
              let i = group * 64u + thread;
              let place = i / p.cols;
              if (place < p.rows * p.used) {
                let column = i % p.cols;
                ACTION
              }
            """
                .replace("ACTION", action));
  }

  private static GpuKernel<Arguments> rows(String name, String next) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering((long) a.rows * a.cols, 64),
            """
              let value = group * 64u + thread;
              let row = value / p.cols;
              if (row < p.rows) {
                var sum = load(p.out + value);
                for (var i = 0u; i < p.used; i++) {
                  let at = p.x + (row * p.used + i) * p.cols + value % p.cols;
                  sum = NEXT;
                }
                store(p.out + value, sum);
              }
            """
                .replace("NEXT", next));
  }
}
