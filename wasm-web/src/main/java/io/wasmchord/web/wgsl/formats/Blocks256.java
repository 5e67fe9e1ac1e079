package io.wasmchord.web.wgsl.formats;

/** Blocks of 256 values that need no grid. */
final class Blocks256 {
  private static final String SIX_BIT_SCALE =
      """
        let low = byte$(at + 4u + group);
        let far = byte$(at + 8u + group);
        let top = byte$(at + group);
        return bitcast<i32>(select((far & 15u) | ((top & 0xc0u) >> 2u), low & 63u, group < 4u));
      """;
  private static final String SIX_BIT_MINIMUM =
      """
        let low = byte$(at + 8u + group);
        let top = byte$(at + 4u + group);
        return bitcast<i32>(select((low >> 4u) | ((top & 0xc0u) >> 2u), low & 63u, group < 4u));
      """;
  private static final String ONE = "  return 1;\n";

  private Blocks256() {}

  static BlockText q2k() {
    return new BlockText(
        """
          let start = at + 16u + 32u * (unit >> 2u);
          let which = unit & 3u;
          return Quants(pairs(aligned$(start), which), pairs(aligned$(start + 16u), which));
        """,
        "  return bitcast<i32>(byte$(at + group) & 15u);\n",
        "  return bitcast<i32>(byte$(at + group) >> 4u);\n",
        half(80),
        half(82),
        GridTable.NONE);
  }

  static BlockText q3k() {
    return BlockText.scaled(
        """
          let start = at + 32u + 32u * (unit >> 2u);
          let which = unit & 3u;
          let low = pairs(four$(start), which) | (bits(four$(at), unit) << vec4<u32>(2u));
          let high = pairs(four$(start + 16u), which) | (bits(four$(at + 16u), unit) << vec4<u32>(2u));
          return Quants(lessBytes(low, 0x04040404u), lessBytes(high, 0x04040404u));
        """,
        """
          let low = (byte$(at + 96u + (group & 7u)) >> (4u * (group >> 3u))) & 15u;
          let high = (byte$(at + 104u + (group & 3u)) >> (2u * (group >> 2u))) & 3u;
          return bitcast<i32>(low | (high << 4u)) - 32;
        """,
        half(108));
  }

  static BlockText q4k() {
    return new BlockText(
        """
          let start = at + 16u + 32u * (unit >> 1u);
          let which = unit & 1u;
          return Quants(nibbles(aligned$(start), which), nibbles(aligned$(start + 16u), which));
        """,
        SIX_BIT_SCALE,
        SIX_BIT_MINIMUM,
        half(0),
        half(2),
        GridTable.NONE);
  }

  static BlockText q5k() {
    return new BlockText(
        """
          let start = at + 48u + 32u * (unit >> 1u);
          let which = unit & 1u;
          let low = nibbles(aligned$(start), which);
          let high = nibbles(aligned$(start + 16u), which);
          return Quants(
            low | (bits(aligned$(at + 16u), unit) << vec4<u32>(4u)),
            high | (bits(aligned$(at + 32u), unit) << vec4<u32>(4u)));
        """,
        SIX_BIT_SCALE,
        SIX_BIT_MINIMUM,
        half(0),
        half(2),
        GridTable.NONE);
  }

  static BlockText q6k() {
    return BlockText.scaled(
        """
          let start = at + 64u * (unit >> 2u) + 32u * (unit & 1u);
          let top = at + 128u + 32u * (unit >> 2u);
          let which = (unit >> 1u) & 1u;
          let pair = unit & 3u;
          let low = nibbles(four$(start), which) | (pairs(four$(top), pair) << vec4<u32>(4u));
          let high = nibbles(four$(start + 16u), which) | (pairs(four$(top + 16u), pair) << vec4<u32>(4u));
          return Quants(lessBytes(low, 0x20202020u), lessBytes(high, 0x20202020u));
        """,
        "  return signed8(byte$(at + 192u + group));\n",
        half(208));
  }

  static BlockText iq4xs() {
    return BlockText.scaled(
        """
          let n = aligned$(at + 8u + 16u * unit);
          return Quants(lookUp(nibbles(n, 0u)), lookUp(nibbles(n, 1u)));
        """,
        """
          let low = (byte$(at + 4u + (group >> 1u)) >> (4u * (group & 1u))) & 15u;
          let high = (short$(at + 2u) >> (2u * group)) & 3u;
          return bitcast<i32>(low | (high << 4u)) - 32;
        """,
        half(0));
  }

  static BlockText tq20() {
    return BlockText.scaled(
        """
          let start = at + 32u * (unit >> 2u);
          let which = unit & 3u;
          let low = pairs(four$(start), which);
          let high = pairs(four$(start + 16u), which);
          return Quants(lessBytes(low, 0x01010101u), lessBytes(high, 0x01010101u));
        """,
        ONE,
        half(64));
  }

  static BlockText tq10() {
    return BlockText.scaled(
        """
          if (unit < 5u) {
            return Quants(ternary(four$(at), vec4<u32>(unit)), ternary(four$(at + 16u), vec4<u32>(unit)));
          }
          let x = four$(at + 32u);
          let digit = 2u * (unit - 5u);
          let last = vec4<u32>(word$(at + 48u));
          if (unit == 7u) {
            return Quants(ternary(x, vec4<u32>(4u)), ternary(last, vec4<u32>(0u, 1u, 2u, 3u)));
          }
          return Quants(ternary(x, vec4<u32>(digit)), ternary(x, vec4<u32>(digit + 1u)));
        """,
        ONE,
        half(52));
  }

  private static String half(int at) {
    return "  return half(short$(at + " + at + "u));\n";
  }
}
