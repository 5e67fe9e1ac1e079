package io.wasmchord.web.wgsl.formats;

import io.wasmchord.web.wgsl.text.Filled;

/** Blocks of 256 values by grids. */
final class GridBlocks {
  private static final String NIBBLE_SCALE =
      "  return bitcast<i32>(2u * ((byte$(at + %su + (group >> 1u)) >> (4u * (group & 1u))) & 15u) + 1u);\n";
  private static final String TOP_SCALE =
      "  return bitcast<i32>(2u * (word$(at + %su + %su * group) >> 28u) + 1u);\n";

  private GridBlocks() {}

  static BlockText iq2xxs() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 8u * unit);
              let s = word$(at + 6u + 8u * unit);
              let a = eight(x & 255u, evenSigns(s & 127u));
              let b = eight((x >> 8u) & 255u, evenSigns((s >> 7u) & 127u));
              let c = eight((x >> 16u) & 255u, evenSigns((s >> 14u) & 127u));
              let e = eight(x >> 24u, evenSigns((s >> 21u) & 127u));
              return Quants(vec4<u32>(a, b), vec4<u32>(c, e));
            """,
            Filled.of(TOP_SCALE, 6, 8),
            eighth(0))
        .lookedUp(GridTable.IQ2_XXS_GRID);
  }

  static BlockText iq2xs() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 8u * unit);
              let y = word$(at + 6u + 8u * unit);
              let a = eight(x & 511u, evenSigns((x >> 9u) & 127u));
              let b = eight((x >> 16u) & 511u, evenSigns(x >> 25u));
              let c = eight(y & 511u, evenSigns((y >> 9u) & 127u));
              let e = eight((y >> 16u) & 511u, evenSigns(y >> 25u));
              return Quants(vec4<u32>(a, b), vec4<u32>(c, e));
            """,
            Filled.of(NIBBLE_SCALE, 66),
            eighth(0))
        .lookedUp(GridTable.IQ2_XS_GRID);
  }

  static BlockText iq2s() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 4u * unit);
              let s = word$(at + 34u + 4u * unit);
              let top = byte$(at + 66u + unit);
              let a = eight((x & 255u) | ((top & 3u) << 8u), s & 255u);
              let b = eight(((x >> 8u) & 255u) | ((top & 12u) << 6u), (s >> 8u) & 255u);
              let c = eight(((x >> 16u) & 255u) | ((top & 48u) << 4u), (s >> 16u) & 255u);
              let e = eight((x >> 24u) | ((top & 192u) << 2u), s >> 24u);
              return Quants(vec4<u32>(a, b), vec4<u32>(c, e));
            """,
            Filled.of(NIBBLE_SCALE, 74),
            eighth(0))
        .lookedUp(GridTable.IQ2_S_GRID);
  }

  static BlockText iq3xxs() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 8u * unit);
              let y = word$(at + 6u + 8u * unit);
              let s = word$(at + 66u + 4u * unit);
              let signs = evenSigns(s & 127u) | (evenSigns((s >> 7u) & 127u) << 8u)
                | (evenSigns((s >> 14u) & 127u) << 16u) | (evenSigns((s >> 21u) & 127u) << 24u);
              return fours(x, y, 0u, signs);
            """,
            Filled.of(TOP_SCALE, 66, 4),
            "  return half(short$(at)) * 0.5f;\n")
        .lookedUp(GridTable.IQ3_XXS_GRID);
  }

  static BlockText iq3s() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 8u * unit);
              let y = word$(at + 6u + 8u * unit);
              return fours(x, y, byte$(at + 66u + unit), word$(at + 74u + 4u * unit));
            """,
            Filled.of(NIBBLE_SCALE, 106),
            "  return half(short$(at));\n")
        .lookedUp(GridTable.IQ3_S_GRID);
  }

  static BlockText iq1s() {
    return BlockText.scaled(
            """
              let x = word$(at + 2u + 4u * unit);
              let top = short$(at + 34u + 2u * unit);
              let by = select(0x01010101u, 0xffffffffu, top >= 0x8000u);
              let a = moved((x & 255u) | ((top & 7u) << 8u), by);
              let b = moved(((x >> 8u) & 255u) | ((top & 0x38u) << 5u), by);
              let c = moved(((x >> 16u) & 255u) | ((top & 0x1c0u) << 2u), by);
              let e = moved((x >> 24u) | ((top & 0xe00u) >> 1u), by);
              return Quants(vec4<u32>(a, b), vec4<u32>(c, e));
            """,
            "  return bitcast<i32>(2u * ((short$(at + 34u + 2u * group) >> 12u) & 7u) + 1u);\n",
            eighth(0))
        .lookedUp(GridTable.TERNARY_GRID);
  }

  static BlockText iq1m() {
    return BlockText.scaled(
            """
              let x = word$(at + 4u * unit);
              let top = short$(at + 32u + 2u * unit);
              let a = moved((x & 255u) | ((top & 7u) << 8u), bySign(top >> 3u));
              let b = moved(((x >> 8u) & 255u) | ((top & 0x70u) << 4u), bySign(top >> 7u));
              let c = moved(((x >> 16u) & 255u) | (top & 0x700u), bySign(top >> 11u));
              let e = moved((x >> 24u) | ((top & 0x7000u) >> 4u), bySign(top >> 15u));
              return Quants(vec4<u32>(a, b), vec4<u32>(c, e));
            """,
            """
              let x = short$(at + 48u + 2u * (group >> 2u)) >> (3u * (group & 3u));
              return bitcast<i32>(2u * (x & 7u) + 1u);
            """,
            """
              let x = short$(at + 48u) >> 12u;
              let y = (short$(at + 50u) >> 8u) & 0xf0u;
              let z = (short$(at + 52u) >> 4u) & 0xf00u;
              return half(x | y | z | (short$(at + 54u) & 0xf000u)) * 0.125f;
            """)
        .lookedUp(GridTable.TERNARY_GRID);
  }

  private static String eighth(int at) {
    return "  return half(short$(at + " + at + "u)) * 0.125f;\n";
  }
}
