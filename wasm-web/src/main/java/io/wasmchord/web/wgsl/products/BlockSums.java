package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.web.wgsl.formats.BlockText;

/**
 * The integer sums of a block of 256 values: {@code block$(at, x, y) -> vec2<i32>}, {@code S} and
 * {@code M} of {@code docs/arithmetic.md}. {@code x} is where the activations' integers lie, {@code
 * y} their sums. The commonest formats load every word of theirs once.
 */
final class BlockSums {
  private static final String SIX_BIT_SCALES =
      """
      fn block$(at: u32, x: u32, y: u32) -> vec2<i32> {
        let head = aligned$(at);
        let scales = vec2<u32>(
          head.y & 0x3f3f3f3fu, (head.w & 0x0f0f0f0fu) | ((head.y >> 2u) & 0x30303030u));
        let minimums = vec2<u32>(
          head.z & 0x3f3f3f3fu, ((head.w >> 4u) & 0x0f0f0f0fu) | ((head.z >> 2u) & 0x30303030u));
        var sum = 0;
        var minima = 0;
      BITS
        for (var j = 0u; j < 4u; j++) {
          let scale = select(scales.x, scales.y, j > 1u) >> (16u * (j & 1u));
          let least = select(minimums.x, minimums.y, j > 1u) >> (16u * (j & 1u));
          let one = aligned$(at + NIBBLES + 32u * j);
          let two = aligned$(at + NIBBLES + 16u + 32u * j);
          let low = dot16(nibbles(one, 0u)ONE0, activations(x + 16u * j))
            + dot16(nibbles(two, 0u)TWO0, activations(x + 16u * j + 4u));
          let high = dot16(nibbles(one, 1u)ONE1, activations(x + 16u * j + 8u))
            + dot16(nibbles(two, 1u)TWO1, activations(x + 16u * j + 12u));
          sum += i32(scale & 255u) * low + i32((scale >> 8u) & 255u) * high;
          let a = twoSums(y + 2u * j);
          let b = twoSums(y + 2u * j + 1u);
          minima += i32(least & 255u) * (a.x + a.y) + i32((least >> 8u) & 255u) * (b.x + b.y);
        }
        return vec2<i32>(sum, minima);
      }
      """;
  private static final String Q6_K =
      """
      fn block$(at: u32, x: u32, y: u32) -> vec2<i32> {
        let scales = four$(at + 192u);
        var sum = 0;
        for (var h = 0u; h < 2u; h++) {
          let first = select(scales.x, scales.z, h == 1u);
          let second = select(scales.y, scales.w, h == 1u);
          for (var l = 0u; l < 2u; l++) {
            let one = four$(at + 64u * h + 16u * l);
            let two = four$(at + 64u * h + 32u + 16u * l);
            let top = four$(at + 128u + 32u * h + 16u * l);
            let a = x + 32u * h + 4u * l;
            let q0 = nibbles(one, 0u) | (pairs(top, 0u) << vec4<u32>(4u));
            let q1 = nibbles(two, 0u) | (pairs(top, 1u) << vec4<u32>(4u));
            let q2 = nibbles(one, 1u) | (pairs(top, 2u) << vec4<u32>(4u));
            let q3 = nibbles(two, 1u) | (pairs(top, 3u) << vec4<u32>(4u));
            let s0 = twoSums(y + 4u * h);
            let s1 = twoSums(y + 4u * h + 1u);
            let s2 = twoSums(y + 4u * h + 2u);
            let s3 = twoSums(y + 4u * h + 3u);
            let even = l == 0u;
            let shift = 8u * l;
            sum += signed8(first >> shift)
              * (dot16(q0, activations(a)) - 32 * select(s0.y, s0.x, even));
            sum += signed8(first >> (16u + shift))
              * (dot16(q1, activations(a + 8u)) - 32 * select(s1.y, s1.x, even));
            sum += signed8(second >> shift)
              * (dot16(q2, activations(a + 16u)) - 32 * select(s2.y, s2.x, even));
            sum += signed8(second >> (16u + shift))
              * (dot16(q3, activations(a + 24u)) - 32 * select(s3.y, s3.x, even));
          }
        }
        return vec2<i32>(sum, 0);
      }
      """;
  private static final String ANY =
      """
      fn block$(at: u32, x: u32, y: u32) -> vec2<i32> {
        var sum = 0;
        var minima = 0;
        for (var unit = 0u; unit < 8u; unit++) {
          let q = quants$(at, unit);
          let low = activations(x + unit * 8u);
          let high = activations(x + unit * 8u + 4u);
          sum += PARTIAL;
          MINIMA
        }
        return vec2<i32>(sum, minima);
      }
      """;

  private BlockSums() {}

  static String of(IntegerFormat format) {
    return switch (format) {
      case Q4_K f -> sixBitScales(16, "", "");
      case Q5_K f ->
          sixBitScales(
              48,
              """
                let fifths = aligned$(at + 16u);
                let others = aligned$(at + 32u);
              """,
              " | (bits(WHICH, 2u * j + HALF) << vec4<u32>(4u))");
      case Q6_K f -> Q6_K;
      default -> any(format);
    };
  }

  private static String sixBitScales(int nibbles, String bits, String fifth) {
    String one = fifth.replace("WHICH", "fifths");
    String two = fifth.replace("WHICH", "others");
    return SIX_BIT_SCALES
        .replace("BITS\n", bits)
        .replace("NIBBLES", nibbles + "u")
        .replace("ONE0", one.replace("HALF", "0u"))
        .replace("ONE1", one.replace("HALF", "1u"))
        .replace("TWO0", two.replace("HALF", "0u"))
        .replace("TWO1", two.replace("HALF", "1u"));
  }

  private static String any(IntegerFormat format) {
    boolean halved = BlockText.halved(format);
    String partial =
        halved
            ? "scale$(at, 2u * unit) * dot16(q.low, low)\n"
                + "      + scale$(at, 2u * unit + 1u) * dot16(q.high, high)"
            : "scale$(at, unit) * (dot16(q.low, low) + dot16(q.high, high))";
    String minima =
        halved
            ? "minimum$(at, 2u * unit) * s.x + minimum$(at, 2u * unit + 1u) * s.y;"
            : "minimum$(at, unit) * (s.x + s.y);";
    String loop = "let s = twoSums(y + unit);\n    minima += " + minima;
    return ANY.replace("PARTIAL", partial)
        .replace("MINIMA", format instanceof MinimumFormat ? loop : "");
  }
}
