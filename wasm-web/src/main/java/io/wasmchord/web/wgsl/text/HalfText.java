package io.wasmchord.web.wgsl.text;

/** binary16 by integers: what an adapter's own conversions do to subnormals is left open. */
final class HalfText {
  static final String WIDEN =
      """
      (bits: u32) -> f32 {
        let size = bits & 0x7fffu;
        let small = bitcast<u32>(f32(size) * 0x1p-24f);
        let wide = (size << 13u) + select(0x38000000u, 0x70000000u, size >= 0x7c00u);
        return asFloat(((bits & 0x8000u) << 16u) | select(wide, small, size < 0x400u));
      }
      """;

  static final String ROUND =
      """
      (x: f32) -> u32 {
        let size = magnitude(x);
        let sign = (bitcast<u32>(x) >> 16u) & 0x8000u;
        if (size > 0x7f800000u) {
          return sign | 0x7e00u | ((size >> 13u) & 0x3ffu);
        }
        if (size >= 0x477ff000u) {
          return sign | 0x7c00u;
        }
        if (size >= 0x38800000u) {
          return sign | ((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u);
        }
        let shift = min(126u - (size >> 23u), 25u);
        let digits = (size & 0x7fffffu) | 0x800000u;
        let low = digits & ((1u << shift) - 1u);
        let middle = 1u << (shift - 1u);
        let kept = digits >> shift;
        let up = low > middle || (low == middle && (kept & 1u) == 1u);
        return sign | (kept + select(0u, 1u, up));
      }
      """;

  static final String ROUND_FINITE =
      """
      (x: f32) -> u32 {
        if (isNan(x)) {
          return 0u;
        }
        let sign = (bitcast<u32>(x) >> 16u) & 0x8000u;
        return select(toHalf(x), sign | 0x7bffu, magnitude(x) > 0x477fe000u);
      }
      """;

  private HalfText() {}
}
