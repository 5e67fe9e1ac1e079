package io.wasmchord.web.wgsl.formats;

/** Blocks whose parts are terms of their own. */
final class PartBlocks {
  private static final String HALF_AT_0 = "  return half(short$(at));\n";

  private PartBlocks() {}

  static BlockText nvfp4() {
    return BlockText.plain(
        """
          let n = aligned$(at + 4u + 16u * unit);
          let low = nibbles(n, 0u);
          let high = nibbles(n, 1u);
          return Quants(
            lookUp(vec4<u32>(low.xy, high.xy)), lookUp(vec4<u32>(low.zw, high.zw)));
        """,
        """
          let stored = byte$(at + part);
          let bits = stored & 127u;
          let small = f32(bits & 7u) * 0x1p-10f;
          let large = f32((bits & 7u) + 8u) * asFloat(((bits >> 3u) + 116u) << 23u);
          return select(select(large, small, bits < 8u), 0f, stored == 127u);
        """);
  }

  static BlockText q10() {
    return BlockText.plain(
        """
          let x = word$(at + 2u + 4u * unit);
          let shifts = vec4<u32>(0u, 4u, 8u, 12u);
          let low = spread(vec4<u32>(x) >> shifts) << vec4<u32>(1u);
          let high = spread(vec4<u32>(x >> 16u) >> shifts) << vec4<u32>(1u);
          return Quants(lessBytes(low, 0x01010101u), lessBytes(high, 0x01010101u));
        """,
        HALF_AT_0);
  }

  static BlockText q20() {
    return BlockText.plain(
        """
          let shifts = vec4<u32>(0u, 8u, 16u, 24u);
          let low = fourPairs((vec4<u32>(word$(at + 2u + 8u * unit)) >> shifts) & vec4<u32>(255u));
          let high = fourPairs((vec4<u32>(word$(at + 6u + 8u * unit)) >> shifts) & vec4<u32>(255u));
          return Quants(lessBytes(low, 0x01010101u), lessBytes(high, 0x01010101u));
        """,
        HALF_AT_0);
  }
}
