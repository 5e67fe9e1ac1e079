package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Kernels that change values by what belongs to their row or column. */
public final class Rowwise {
  private Rowwise() {}

  /**
   * What they are told.
   *
   * @param x values, [rows, cols], changed
   * @param y as many others, or {@code x}
   * @param by what belongs to a row or column
   * @param cols columns
   * @param count values in all
   * @param each columns that share a factor; 1 where it does not matter
   */
  public record Arguments(int x, int y, int by, int cols, int count, int each) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("y", Arguments::y)
            .number("by", Arguments::by)
            .number("cols", Arguments::cols)
            .number("count", Arguments::count)
            .number("each", Arguments::each);
  }

  /** {@code x + by[column]}. */
  public static GpuKernel<Arguments> addBias() {
    return kernel("addBias", "add(load(p.x + i), load(p.by + i % p.cols))");
  }

  /** {@code x * by[row]}. */
  public static GpuKernel<Arguments> scaleRows() {
    return kernel("scaleRows", "mul(load(p.x + i), load(p.by + i / p.cols))");
  }

  /** {@code x * by[column / each]}. */
  public static GpuKernel<Arguments> scaleColumns() {
    return kernel("scaleColumns", "mul(load(p.x + i), load(p.by + i % p.cols / p.each))");
  }

  /** {@code x + y * sigmoid(by[row])}. */
  public static GpuKernel<Arguments> addGated() {
    return kernel(
        "addGated", "add(load(p.x + i), mul(load(p.y + i), sigmoid(load(p.by + i / p.cols))))");
  }

  private static GpuKernel<Arguments> kernel(String name, String value) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering(a.count, 256),
            """
              for (var k = 0u; k < 4u; k++) {
                let i = group * 256u + k * 64u + thread;
                if (i < p.count) {
                  store(p.x + i, VALUE);
                }
              }
            """
                .replace("VALUE", value));
  }
}
