package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.PlainFormat;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Rows of a weight, decoded to float32. */
public final class Embedding {
  private static final String UNIT =
      """
        let units = p.cols / 32u;
        let i = group * 64u + thread;
        let token = i / units;
        let unit = i % units;
        if (token >= p.count) {
          return;
        }
        let row = arena[p.ids + token];
        let inner = unit % BLOCK_UNITS;
        let at = p.base * 4u + (p.first + row) * (p.cols / 32u / BLOCK_UNITS * BLOCK_BYTES)
          + unit / BLOCK_UNITS * BLOCK_BYTES;
        let q = quants$(at, inner);
        for (var w = 0u; w < 8u; w++) {
          let four = select(q.low, q.high, w > 3u)[w & 3u];
          let scale = SCALE;
          for (var k = 0u; k < 4u; k++) {
            let x = f32(signed8(four >> (8u * k)));
            store(p.out + token * p.cols + unit * 32u + 4u * w + k, VALUE);
          }
        }
      """;
  private static final String FLOATS =
      """
        for (var k = 0u; k < 4u; k++) {
          let i = group * 256u + k * 64u + thread;
          let token = i / p.cols;
          if (token < p.count) {
            let row = arena[p.ids + token];
            store(p.out + i, value$(p.first + row, i % p.cols));
          }
        }
      """;

  private Embedding() {}

  /**
   * What they are told.
   *
   * @param ids numbers of rows, whole numbers
   * @param out rows, one after the other
   * @param base words before the weight's row 0 in what is bound
   * @param first rows before the one with the number 0
   * @param count ids
   * @param cols values in a row
   * @param table where the format's grid lies in the arena; 0 where it has none
   */
  public record Arguments(int ids, int out, int base, int first, int count, int cols, int table) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("ids", Arguments::ids)
            .number("out", Arguments::out)
            .number("base", Arguments::base)
            .number("first", Arguments::first)
            .number("count", Arguments::count)
            .number("cols", Arguments::cols)
            .number("table", Arguments::table);
  }

  /** The kernel of a format; the arena for float32 alone. */
  public static GpuKernel<Arguments> embed(WeightFormat format, Place place) {
    KernelText<Arguments> text =
        new KernelText<>(
                "embed" + format.name().replace("_", "") + Products.suffix(place), Arguments.LAYOUT)
            .binds(Binding.ARENA, place.binding());
    return switch (format) {
      case FloatFormat f ->
          text.declares(FloatText.value(f, place))
              .body(
                  a -> Grid.covering((long) a.count * a.cols, 256), BlockText.named(FLOATS, place));
      case IntegerFormat f ->
          text.declares(BlockText.SHARED)
              .declares(BlockTexts.helpers(f))
              .declares(BlockTexts.of(f).functions(place))
              .body(
                  a -> Grid.covering((long) a.count * (a.cols / BlockText.UNIT), 64),
                  BlockText.named(filled(f), place));
    };
  }

  private static String filled(IntegerFormat format) {
    String value =
        switch (format) {
          case OffsetFormat f -> "add(mul(x, scale), offset$(at))";
          case MinimumFormat f -> "sub(mul(scale, x), mul(offset$(at), f32(minimum$(at, GROUP))))";
          default -> "mul(scale, x)";
        };
    String scale =
        switch (format) {
          case PlainFormat f -> "d$(at, 0u)";
          case OffsetFormat f -> "d$(at, 0u)";
          case PartedFormat f -> "d$(at, (32u * inner + 4u * w) / " + f.part() + "u)";
          case ScaledFormat f -> "mul(d$(at, 0u), f32(scale$(at, GROUP)))";
          case MinimumFormat f -> "mul(d$(at, 0u), f32(scale$(at, GROUP)))";
        };
    return UNIT.replace("BLOCK_UNITS", format.values() / BlockText.UNIT + "u")
        .replace("BLOCK_BYTES", format.bytes() + "u")
        .replace("SCALE", scale)
        .replace("VALUE", value)
        .replace("GROUP", "(32u * inner + 4u * w) / " + format.group() + "u");
  }
}
