package io.wasmchord.web.wgsl.formats;

/** Blocks of 32 values. */
final class Blocks32 {
  private static final String HALF_AT_0 = "  return half(short$(at));\n";
  private static final String HALF_AT_2 = "  return half(short$(at + 2u));\n";
  private static final String FIFTHS =
      """
        let shifts = vec4<u32>(0u, 4u, 8u, 12u);
        let low = nibbles(n, 0u) | (spread(vec4<u32>(f) >> shifts) << vec4<u32>(4u));
        let high = nibbles(n, 1u) | (spread(vec4<u32>(f >> 16u) >> shifts) << vec4<u32>(4u));
      """;

  private Blocks32() {}

  static BlockText q80() {
    return BlockText.plain("  return Quants(four$(at + 2u), four$(at + 18u));\n", HALF_AT_0);
  }

  static BlockText q40() {
    return BlockText.plain(
        """
          let n = four$(at + 2u);
          return Quants(lessBytes(nibbles(n, 0u), 0x08080808u), lessBytes(nibbles(n, 1u), 0x08080808u));
        """,
        HALF_AT_0);
  }

  static BlockText q41() {
    return offset(
        """
          let n = aligned$(at + 4u);
          return Quants(nibbles(n, 0u), nibbles(n, 1u));
        """);
  }

  static BlockText q50() {
    return BlockText.plain(
        "  let f = word$(at + 2u);\n  let n = four$(at + 6u);\n"
            + FIFTHS
            + "  return Quants(lessBytes(low, 0x10101010u), lessBytes(high, 0x10101010u));\n",
        HALF_AT_0);
  }

  static BlockText q51() {
    return offset(
        "  let f = word$(at + 4u);\n  let n = aligned$(at + 8u);\n"
            + FIFTHS
            + "  return Quants(low, high);\n");
  }

  static BlockText iq4nl() {
    return BlockText.plain(
        """
          let n = four$(at + 2u);
          return Quants(lookUp(nibbles(n, 0u)), lookUp(nibbles(n, 1u)));
        """,
        HALF_AT_0);
  }

  static BlockText mxfp4() {
    return BlockText.plain(
        """
          let n = four$(at + 1u);
          return Quants(lookUp(nibbles(n, 0u)), lookUp(nibbles(n, 1u)));
        """,
        """
          let e = byte$(at);
          return asFloat(select((e - 1u) << 23u, 0x200000u << e, e < 2u));
        """);
  }

  private static BlockText offset(String quants) {
    return new BlockText(quants, "", "", HALF_AT_0, HALF_AT_2, GridTable.NONE);
  }
}
