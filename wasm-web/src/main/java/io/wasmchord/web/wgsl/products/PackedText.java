package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.wgsl.formats.BlockText;

/** What texts of products share: sizes, and how rounded activations are read. */
final class PackedText {
  /** Four words of integers; the sums of two neighbouring 16 of them. */
  static final String ACTIVATIONS =
      """
      fn activations(at: u32) -> vec4<u32> {
        return vec4<u32>(arena[at], arena[at + 1u], arena[at + 2u], arena[at + 3u]);
      }
      fn twoSums(at: u32) -> vec2<i32> {
        let x = arena[at];
        return vec2<i32>(bitcast<i32>(x << 16u) >> 16u, bitcast<i32>(x) >> 16u);
      }
      """;

  private PackedText() {}

  /** A text with a format's sizes. */
  static String filled(String text, IntegerFormat format) {
    return text.replace(
            "ROW_BYTES", "(p.cols / " + format.values() + "u * " + format.bytes() + "u)")
        .replace("BLOCK_BYTES", format.bytes() + "u")
        .replace("BLOCK_UNITS", format.values() / BlockText.UNIT + "u")
        .replace("PACKED_WORDS", words(format));
  }

  /** The expression of a rounded row's words. */
  private static String words(IntegerFormat format) {
    return switch (format.partner()) {
      case Q8_0 -> "(p.cols / 4u + p.cols / 32u)";
      case Q8_1 -> "(p.cols / 4u + p.cols / 16u)";
      case Q8_K -> "(p.cols / 4u + p.cols / 32u + p.cols / 256u)";
      case FLOATS -> throw new IllegalArgumentException("floats are not rounded");
    };
  }
}
