package io.wasmchord.web.wgsl.formats;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Partner;

/**
 * A format of integers in WGSL. A unit is 32 neighbouring values of a block. {@code at} is a
 * block's byte offset; a name that ends in {@code $} stands for a function of the weight's binding.
 *
 * @param quants body of {@code quants$(at, unit) -> Quants}
 * @param scale body of {@code scale$(at, group) -> i32}, or empty where groups have none
 * @param minimum body of {@code minimum$(at, group) -> i32}, or empty
 * @param d body of {@code d$(at, part) -> f32}
 * @param offset body of {@code offset$(at) -> f32}, the scale of minimums or the offset; or empty
 * @param table the grid that quants are looked up in; {@link GridTable#NONE} where there is none
 */
public record BlockText(
    String quants, String scale, String minimum, String d, String offset, GridTable table) {
  /** Values in a unit. */
  public static final int UNIT = 32;

  /** What all such texts need once. */
  public static final String SHARED =
      """
      struct Quants {
        low: vec4<u32>,
        high: vec4<u32>,
      }
      fn dot16(a: vec4<u32>, b: vec4<u32>) -> i32 {
        return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y)
          + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
      }
      fn lessBytes(x: vec4<u32>, bytes: u32) -> vec4<u32> {
        return ((x | vec4<u32>(0x80808080u)) - bytes) ^ vec4<u32>(0x80808080u);
      }
      fn spread(bits: vec4<u32>) -> vec4<u32> {
        return ((bits & vec4<u32>(15u)) * 0x00204081u) & vec4<u32>(0x01010101u);
      }
      fn nibbles(x: vec4<u32>, which: u32) -> vec4<u32> {
        return (x >> vec4<u32>(4u * which)) & vec4<u32>(0x0f0f0f0fu);
      }
      fn pairs(x: vec4<u32>, which: u32) -> vec4<u32> {
        return (x >> vec4<u32>(2u * which)) & vec4<u32>(0x03030303u);
      }
      fn bits(x: vec4<u32>, which: u32) -> vec4<u32> {
        return (x >> vec4<u32>(which)) & vec4<u32>(0x01010101u);
      }
      fn signed8(x: u32) -> i32 {
        return bitcast<i32>(x << 24u) >> 24u;
      }
      """;

  private static final String ACCESS =
      """
      fn word$(at: u32) -> u32 {
        let i = at >> 2u;
        let shift = (at & 3u) * 8u;
        return (W[i] >> shift) | ((W[i + 1u] << (31u - shift)) << 1u);
      }
      fn four$(at: u32) -> vec4<u32> {
        let i = at >> 2u;
        let shift = vec4<u32>((at & 3u) * 8u);
        let last = select(0u, W[i + 4u], (at & 3u) != 0u);
        let x = vec4<u32>(W[i], W[i + 1u], W[i + 2u], W[i + 3u]);
        return (x >> shift) | ((vec4<u32>(x.yzw, last) << (vec4<u32>(31u) - shift)) << vec4<u32>(1u));
      }
      fn aligned$(at: u32) -> vec4<u32> {
        let i = at >> 2u;
        return vec4<u32>(W[i], W[i + 1u], W[i + 2u], W[i + 3u]);
      }
      fn short$(at: u32) -> u32 {
        return (W[at >> 2u] >> ((at & 2u) * 8u)) & 0xffffu;
      }
      fn byte$(at: u32) -> u32 {
        return (W[at >> 2u] >> ((at & 3u) * 8u)) & 0xffu;
      }
      """;

  /** A format of blocks of 32 values with one float scale. */
  static BlockText plain(String quants, String d) {
    return new BlockText(quants, "", "", d, "", GridTable.NONE);
  }

  /** The same with integer scales. */
  static BlockText scaled(String quants, String scale, String d) {
    return new BlockText(quants, scale, "", d, "", GridTable.NONE);
  }

  BlockText lookedUp(GridTable grid) {
    return new BlockText(quants, scale, minimum, d, offset, grid);
  }

  /** The functions that read a weight's bytes. */
  public static String access(Place place) {
    return named(ACCESS, place);
  }

  /** The functions of a weight's format, {@link #access} among them. */
  public String functions(Place place) {
    StringBuilder text = new StringBuilder(ACCESS);
    function(text, "quants$(at: u32, unit: u32) -> Quants", quants);
    function(text, "scale$(at: u32, group: u32) -> i32", scale);
    function(text, "minimum$(at: u32, group: u32) -> i32", minimum);
    function(text, "d$(at: u32, part: u32) -> f32", d);
    function(text, "offset$(at: u32) -> f32", offset);
    return named(text.toString(), place);
  }

  private static void function(StringBuilder text, String head, String body) {
    if (!body.isEmpty()) {
      text.append("fn ").append(head).append(" {\n").append(body).append("}\n");
    }
  }

  /** {@code text} with the names of a binding's functions. */
  public static String named(String text, Place place) {
    return text.replace("$", place.suffix()).replace("W[", place.binding().variable() + "[");
  }

  /** Whether a unit has two integer scales, of 16 values each. */
  public static boolean halved(IntegerFormat format) {
    return format.scaled() && format.group() < UNIT;
  }

  /** Whether a block is summed as integers before floats come into it. */
  public static boolean summedByBlock(IntegerFormat format) {
    return format.partner() == Partner.Q8_K;
  }
}
