package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product for few rows of activations of formats whose terms are those of 32 values or less. A
 * workgroup has some rows of the weight and one row of activations; a thread has every 64th unit of
 * 32 values of it, which it keeps in registers for all rows of the weight. Then a thread a row adds
 * terms in order.
 */
final class UnitDecodeText {
  private static final int UNITS = 64; // of a step: one a thread
  private static final String ONE_TERM =
      """
              let part = inner;
              let sum = dot16(q.low, low) + dot16(q.high, high);
              terms[r * TERMS_OF_ROW + thread] = VALUE;
      """;
  private static final String TWO_TERMS =
      """
              for (var k = 0u; k < 2u; k++) {
                let part = 2u * inner + k;
                let sum = select(dot16(q.low, low), dot16(q.high, high), k == 1u);
                terms[r * TERMS_OF_ROW + 2u * thread + k] = VALUE;
              }
      """;
  private static final String BODY =
      """
        let tiles = (p.rows + ROWS - 1u) / ROWS;
        let token = group / tiles;
        if (token >= p.tokens) {
          return;
        }
        let row = group % tiles * ROWS;
        let weight = p.base * 4u + (FIRST + row) * ROW_BYTES;
        let here = min(ROWS, p.rows - row);
        let x = p.x + ROW_OF_X * PACKED_WORDS;
        let units = p.cols / 32u;
        var acc = 0f;
        for (var start = 0u; start < units; start += 64u) {
          let unit = start + thread;
          let inner = unit % BLOCK_UNITS;
          if (unit < units) {
            let low = activations(x + unit * 8u);
            let high = activations(x + unit * 8u + 4u);
            let da = load(x + p.cols / 4u + unit);
            let s = SECOND;
            for (var r = 0u; r < here; r++) {
              let at = weight + r * ROW_BYTES + unit / BLOCK_UNITS * BLOCK_BYTES;
              let q = quants$(at, inner);
      UNIT_VALUES      }
          }
          workgroupBarrier();
          if (thread < here) {
            let count = min(64u, units - start) * UNIT_TERMS;
            for (var i = 0u; i < count; i++) {
              acc = add(acc, terms[thread * TERMS_OF_ROW + i]);
            }
          }
          workgroupBarrier();
        }
        if (thread < here) {
          store(p.out + token * p.stride + row + thread, acc);
        }
      """;

  private UnitDecodeText() {}

  static <A> GpuKernel<A> kernel(String name, IntegerFormat format, Place place, Choice<A> choice) {
    int terms = Term.ofUnit(format);
    int rows = terms == 2 ? 4 : 8;
    String text =
        PackedText.filled(BODY, format)
            .replace("SECOND", second(format))
            .replace("UNIT_VALUES", terms == 2 ? TWO_TERMS : ONE_TERM)
            .replace("UNIT_TERMS", terms + "u")
            .replace("TERMS_OF_ROW", UNITS * terms + "u")
            .replace("VALUE", Term.of(format))
            .replace("ROWS", rows + "u");
    return new KernelText<>(name, choice.layout())
        .binds(Binding.ARENA, place.binding())
        .shares("terms", "f32", rows * UNITS * terms)
        .declares(BlockText.SHARED)
        .declares(BlockTexts.helpers(format))
        .declares(BlockTexts.of(format).functions(place))
        .declares(PackedText.ACTIVATIONS)
        .body(a -> choice.grid(a, rows), choice.named(BlockText.named(text, place)));
  }

  private static String second(IntegerFormat format) {
    return format instanceof OffsetFormat ? "load(x + p.cols / 4u + p.cols / 32u + unit)" : "0f";
  }
}
