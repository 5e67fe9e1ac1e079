package io.wasmchord.web.wgsl.formats;

/** Functions that some formats share. */
final class HelperText {
  /** Nibbles, a byte each, to the values that they index. */
  static final String LOOK_UP =
      """
      fn value16(nibble: u32) -> u32 {
        let table = vec4<u32>(WORDS);
        let low = select(table.x, table.y, (nibble & 4u) != 0u);
        let high = select(table.z, table.w, (nibble & 4u) != 0u);
        return (select(low, high, (nibble & 8u) != 0u) >> ((nibble & 3u) * 8u)) & 255u;
      }
      fn lookUp4(x: u32) -> u32 {
        return value16(x & 15u) | (value16((x >> 8u) & 15u) << 8u)
          | (value16((x >> 16u) & 15u) << 16u) | (value16((x >> 24u) & 15u) << 24u);
      }
      fn lookUp(x: vec4<u32>) -> vec4<u32> {
        return vec4<u32>(lookUp4(x.x), lookUp4(x.y), lookUp4(x.z), lookUp4(x.w));
      }
      """;

  /** The four pairs of bits of a byte, a byte each. */
  static final String FOUR_PAIRS =
      """
      fn fourPairs(x: vec4<u32>) -> vec4<u32> {
        return (x | (x << vec4<u32>(6u)) | (x << vec4<u32>(12u)) | (x << vec4<u32>(18u)))
          & vec4<u32>(0x03030303u);
      }
      """;

  /** A digit to base 3 of each byte, less 1. */
  static final String TERNARY =
      """
      fn powerOf3(digit: vec4<u32>) -> vec4<u32> {
        let low = select(vec4<u32>(1u), vec4<u32>(3u), (digit & vec4<u32>(1u)) != vec4<u32>(0u));
        let middle = select(vec4<u32>(1u), vec4<u32>(9u), (digit & vec4<u32>(2u)) != vec4<u32>(0u));
        let high = select(vec4<u32>(1u), vec4<u32>(81u), (digit & vec4<u32>(4u)) != vec4<u32>(0u));
        return low * middle * high;
      }
      fn ternary(x: vec4<u32>, digit: vec4<u32>) -> vec4<u32> {
        let mask = vec4<u32>(0x00ff00ffu);
        let factor = powerOf3(digit);
        let even = (((x & mask) * factor) & mask) * 3u;
        let odd = ((((x >> vec4<u32>(8u)) & mask) * factor) & mask) * 3u;
        let digits = ((even >> vec4<u32>(8u)) & vec4<u32>(0x00030003u))
          | (odd & vec4<u32>(0x03000300u));
        return lessBytes(digits, 0x01010101u);
      }
      """;

  /** Signs: a mask's bits are those of values to negate, none of which is 0. */
  static final String SIGNS =
      """
      fn evenSigns(seven: u32) -> u32 {
        return seven | ((countOneBits(seven) & 1u) << 7u);
      }
      fn negate(x: vec4<u32>, mask: vec4<u32>) -> vec4<u32> {
        let ones = spread(mask);
        return (x ^ (ones * 255u)) + ones;
      }
      """;

  /** The eight values of an index, with signs. */
  static final String EIGHT =
      """
      fn eight(index: u32, signs: u32) -> vec2<u32> {
        let at = p.table + 2u * index;
        return negate(vec4<u32>(arena[at], arena[at + 1u], 0u, 0u),
          vec4<u32>(signs, signs >> 4u, 0u, 0u)).xy;
      }
      """;

  /**
   * Eight times the four values of an index, with signs; {@code top} has the indices' ninth bits.
   */
  static final String FOURS =
      """
      fn fours(x: u32, y: u32, top: u32, signs: u32) -> Quants {
        let shifts = vec4<u32>(0u, 8u, 16u, 24u);
        let ninths = vec4<u32>(0u, 1u, 2u, 3u);
        let a = ((vec4<u32>(x) >> shifts) & vec4<u32>(255u))
          | (((vec4<u32>(top) >> ninths) & vec4<u32>(1u)) << vec4<u32>(8u));
        let b = ((vec4<u32>(y) >> shifts) & vec4<u32>(255u))
          | (((vec4<u32>(top >> 4u) >> ninths) & vec4<u32>(1u)) << vec4<u32>(8u));
        let low = vec4<u32>(arena[p.table + a.x], arena[p.table + a.y],
          arena[p.table + a.z], arena[p.table + a.w]);
        let high = vec4<u32>(arena[p.table + b.x], arena[p.table + b.y],
          arena[p.table + b.z], arena[p.table + b.w]);
        let places = vec4<u32>(0u, 4u, 8u, 12u);
        return Quants(negate(low, vec4<u32>(signs) >> places),
          negate(high, vec4<u32>(signs >> 16u) >> places));
      }
      """;

  /** The eight values of an index, each with a byte added. */
  static final String MOVED =
      """
      fn bySign(bit: u32) -> u32 {
        return select(0x01010101u, 0xffffffffu, (bit & 1u) != 0u);
      }
      fn plusBytes(x: u32, by: u32) -> u32 {
        return ((x & 0x7f7f7f7fu) + (by & 0x7f7f7f7fu)) ^ ((x ^ by) & 0x80808080u);
      }
      fn moved(index: u32, by: u32) -> vec2<u32> {
        let at = p.table + 2u * index;
        return vec2<u32>(plusBytes(arena[at], by), plusBytes(arena[at + 1u], by));
      }
      """;

  private HelperText() {}
}
