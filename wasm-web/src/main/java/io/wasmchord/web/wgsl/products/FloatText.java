package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product of float weights: a thread a row of the weight, which adds its values in order. Rows
 * are read side by side, 16 columns at a time, into memory that the workgroup shares.
 */
final class FloatText {
  private static final int ROWS = 32;
  private static final String BODY =
      """
        let tiles = (p.rows + 31u) / 32u;
        let token = group / tiles;
        if (token >= p.tokens) {
          return;
        }
        let row = group % tiles * 32u;
        let here = min(32u, p.rows - row);
        let x = p.x + ROW_OF_X * p.cols;
        var acc = 0f;
        for (var start = 0u; start < p.cols; start += 16u) {
          let count = min(16u, p.cols - start);
          for (var i = thread; i < 512u; i += 64u) {
            if (i / 16u < here && i % 16u < count) {
              staged[i / 16u * 17u + i % 16u] = value$(FIRST + row + i / 16u, start + i % 16u);
            }
          }
          workgroupBarrier();
          if (thread < here) {
            for (var i = 0u; i < count; i++) {
              acc = add(acc, mul(staged[thread * 17u + i], load(x + start + i)));
            }
          }
          workgroupBarrier();
        }
        if (thread < here) {
          store(p.out + token * p.stride + row + thread, acc);
        }
      """;

  private FloatText() {}

  static <A> GpuKernel<A> kernel(String name, FloatFormat format, Place place, Choice<A> choice) {
    return new KernelText<>(name, choice.layout())
        .binds(Binding.ARENA, place.binding())
        .shares("staged", "f32", ROWS * 17)
        .declares(value(format, place))
        .body(a -> choice.grid(a, ROWS), choice.named(BlockText.named(BODY, place)));
  }

  /** The function that reads a value of a weight. */
  static String value(FloatFormat format, Place place) {
    String at = "p.base * 2u + row * p.cols + column";
    String body =
        switch (format) {
          case F32 f -> "  return bitcast<f32>(W[p.base + row * p.cols + column]);\n";
          case F16 f -> "  let at = " + at + ";\n  return half(short$(2u * at));\n";
          case BF16 f -> "  let at = " + at + ";\n  return asFloat(short$(2u * at) << 16u);\n";
        };
    return BlockText.access(place)
        + BlockText.named("fn value$(row: u32, column: u32) -> f32 {\n" + body + "}\n", place);
  }
}
