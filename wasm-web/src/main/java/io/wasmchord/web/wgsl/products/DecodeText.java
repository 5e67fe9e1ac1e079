package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product of integers for few rows of activations. A workgroup has some rows of the weight and
 * one row of activations; a thread has every 64th unit of 32 values of it, which it keeps in
 * registers for all rows of the weight. Of blocks of 256 values the eight integer sums of a block
 * are joined first; then a thread a row adds terms in the order of the blocks.
 */
final class DecodeText {
  private static final int UNITS = 64; // of a step: one a thread

  private final IntegerFormat format;
  private final Place place;
  private final int rows;

  DecodeText(IntegerFormat format, Place place) {
    this.format = format;
    this.place = place;
    this.rows = Term.ofUnit(format) == 2 ? 4 : 8;
  }

  /**
   * The kernel.
   *
   * @param choice how a place finds its matrix and its row of activations
   */
  <A> GpuKernel<A> kernel(String name, Choice<A> choice) {
    boolean byBlock = BlockText.summedByBlock(format);
    String body = START + (byBlock ? BLOCK_STEPS : UNIT_STEPS) + END;
    int terms = byBlock ? UNITS / 8 : UNITS * Term.ofUnit(format);
    KernelText<A> text =
        new KernelText<>(name, choice.layout())
            .binds(Binding.ARENA, place.binding())
            .shares("terms", "f32", rows * terms)
            .declares(BlockText.SHARED)
            .declares(BlockTexts.helpers(format))
            .declares(BlockTexts.of(format).functions(place))
            .declares(ACTIVATIONS);
    if (byBlock) {
      text.shares("partial", "i32", rows * UNITS);
    }
    return text.body(a -> choice.grid(a, rows), choice.named(filled(body, terms)));
  }

  private String filled(String body, int terms) {
    String text =
        body.replace("ROW_BYTES", "(p.cols / " + format.values() + "u * " + format.bytes() + "u)")
            .replace("BLOCK_BYTES", format.bytes() + "u")
            .replace("BLOCK_UNITS", format.values() / BlockText.UNIT + "u")
            .replace("PACKED_WORDS", packedWords(format))
            .replace("PARTIAL", partial())
            .replace("SECOND", second())
            .replace("MINIMA", minima())
            .replace("SUMS", sums())
            .replace("UNIT_TERMS", Term.ofUnit(format) + "u")
            .replace("TERMS", terms + "u")
            .replace("ROWS", rows + "u")
            .replace("TERM", Term.of(format));
    return BlockText.named(text, place);
  }

  /** The expression of a rounded row's words. */
  static String packedWords(IntegerFormat format) {
    return switch (format.partner()) {
      case Q8_0 -> "(p.cols / 4u + p.cols / 32u)";
      case Q8_1 -> "(p.cols / 4u + p.cols / 16u)";
      case Q8_K -> "(p.cols / 4u + p.cols / 32u + p.cols / 256u)";
      case FLOATS -> throw new IllegalArgumentException("floats are not rounded");
    };
  }

  private String partial() {
    return BlockText.halved(format)
        ? "scale$(at, 2u * inner) * dot16(q.low, low) + scale$(at, 2u * inner + 1u) * dot16(q.high, high)"
        : "scale$(at, inner) * (dot16(q.low, low) + dot16(q.high, high))";
  }

  private String second() {
    return format instanceof OffsetFormat ? "load(x + p.cols / 4u + p.cols / 32u + unit)" : "0f";
  }

  private String minima() {
    if (!(format instanceof MinimumFormat)) {
      return "";
    }
    String each =
        format.group() == 16
            ? "minimum$(at, 2u * i) * sums.x + minimum$(at, 2u * i + 1u) * sums.y"
            : "minimum$(at, i) * (sums.x + sums.y)";
    return """
          var minima = 0;
          for (var i = 0u; i < 8u; i++) {
            let sums = twoSums(arena[x + p.cols / 4u + block * 8u + i]);
            minima += EACH;
          }
    """
        .replace("EACH", each);
  }

  private String sums() {
    return Term.ofUnit(format) == 1
        ? """
                let part = inner;
                let sum = dot16(q.low, low) + dot16(q.high, high);
                terms[r * TERMS + thread] = TERM;
        """
        : """
                for (var k = 0u; k < 2u; k++) {
                  let part = 2u * inner + k;
                  let sum = select(dot16(q.low, low), dot16(q.high, high), k == 1u);
                  terms[r * TERMS + 2u * thread + k] = TERM;
                }
        """;
  }

  private static final String ACTIVATIONS =
      """
      fn activations(at: u32) -> vec4<u32> {
        return vec4<u32>(arena[at], arena[at + 1u], arena[at + 2u], arena[at + 3u]);
      }
      fn twoSums(x: u32) -> vec2<i32> {
        return vec2<i32>(bitcast<i32>(x << 16u) >> 16u, bitcast<i32>(x) >> 16u);
      }
      """;

  private static final String START =
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
      """;

  private static final String BLOCK_STEPS =
      """
            for (var r = 0u; r < here; r++) {
              let at = weight + r * ROW_BYTES + unit / BLOCK_UNITS * BLOCK_BYTES;
              let q = quants$(at, inner);
              partial[r * 64u + thread] = PARTIAL;
            }
          }
          workgroupBarrier();
          let r = thread / 8u;
          let block = start / 8u + thread % 8u;
          if (r < here && block * 8u < units) {
            let at = weight + r * ROW_BYTES + block * BLOCK_BYTES;
            var sum = 0;
            for (var i = 0u; i < 8u; i++) {
              sum += partial[8u * thread + i];
            }
      MINIMA
            let da = load(x + p.cols / 4u + p.cols / 32u + block);
            terms[thread] = TERM;
          }
          workgroupBarrier();
          if (thread < here) {
            let count = min(8u, units / 8u - start / 8u);
            for (var i = 0u; i < count; i++) {
              acc = add(acc, terms[8u * thread + i]);
            }
          }
        }
      """;

  private static final String UNIT_STEPS =
      """
            let da = load(x + p.cols / 4u + unit);
            let s = SECOND;
            for (var r = 0u; r < here; r++) {
              let at = weight + r * ROW_BYTES + unit / BLOCK_UNITS * BLOCK_BYTES;
              let q = quants$(at, inner);
      SUMS
            }
          }
          workgroupBarrier();
          if (thread < here) {
            let count = min(64u, units - start) * UNIT_TERMS;
            for (var i = 0u; i < count; i++) {
              acc = add(acc, terms[thread * TERMS + i]);
            }
          }
          workgroupBarrier();
        }
      """;

  private static final String END =
      """
        if (thread < here) {
          store(p.out + token * p.stride + row + thread, acc);
        }
      """;
}
