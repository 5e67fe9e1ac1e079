package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.Place;
import java.util.List;

/**
 * The product of float weights for few rows of activations. All threads make products, 32 columns
 * of 32 rows at a time; then a thread a row adds them in order.
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
        for (var start = 0u; start < p.cols; start += 32u) {
          let count = min(32u, p.cols - start);
          for (var i = thread; i < 512u; i += 64u) {
            let r = i / 16u;
            let c = i % 16u * 2u;
            if (r < here && c < count) {
              let w = two$(FIRST + row + r, start + c);
              terms[32u * c + (r ^ c)] = mul(w.x, load(x + start + c));
              terms[32u * c + 32u + (r ^ (c + 1u))] = mul(w.y, load(x + start + c + 1u));
            }
          }
          workgroupBarrier();
          if (thread < here) {
            for (var i = 0u; i < count; i++) {
              acc = add(acc, terms[32u * i + (thread ^ i)]);
            }
          }
          workgroupBarrier();
        }
        if (thread < here) {
          let to = token * p.stride + row + thread;
          FINISH
        }
      """;

  private FloatText() {}

  static DecodeText of(FloatFormat format, Place place) {
    return new DecodeText(
        BlockText.named(BODY, place),
        ROWS,
        ROWS * 32,
        List.of(),
        value(format, place) + two(format, place));
  }

  /** The function that reads two neighbouring values, of which a row may lack the second. */
  private static String two(FloatFormat format, Place place) {
    String one = "vec2<f32>(value$(row, column), value$(row, column + 1u))";
    String both =
        switch (format) {
          case F32 f -> "";
          case F16 f -> "vec2<f32>(half(both & 0xffffu), half(both >> 16u))";
          case BF16 f -> "vec2<f32>(asFloat(both << 16u), asFloat(both & 0xffff0000u))";
        };
    String together =
        both.isEmpty()
            ? ""
            : """
              if ((p.cols & 1u) == 0u) {
                let both = W[p.base + row * (p.cols / 2u) + column / 2u];
                return BOTH;
              }
            """
                .replace("BOTH", both);
    return BlockText.named(
        "fn two$(row: u32, column: u32) -> vec2<f32> {\n" + together + "  return " + one + ";\n}\n",
        place);
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
