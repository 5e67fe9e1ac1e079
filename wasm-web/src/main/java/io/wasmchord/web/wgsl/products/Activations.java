package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.Partner;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * Rounds rows of activations to integers, as {@code docs/arithmetic.md} says. A rounded row is, in
 * words: its integers, four a word; of Q8_K the sums of each 16 of them, two a word; the scale of
 * each block; of Q8_1 the second scale of each block.
 */
public final class Activations {
  private static final String ROUND_256 =
      """
        if (thread == 0u) {
          atomicStore(&largest[0], 0u);
          atomicStore(&first[0], 256u);
        }
        workgroupBarrier();
        let start = p.x + row * p.cols + block * 256u;
        let x = vec4<f32>(load(start + 4u * thread), load(start + 4u * thread + 1u),
          load(start + 4u * thread + 2u), load(start + 4u * thread + 3u));
        let sizes = vec4<u32>(numberSize(x.x), numberSize(x.y), numberSize(x.z), numberSize(x.w));
        let most = max(max(sizes.x, sizes.y), max(sizes.z, sizes.w));
        atomicMax(&largest[0], most);
        workgroupBarrier();
        let magnitude256 = atomicLoad(&largest[0]);
        if (most == magnitude256) {
          let which = select(select(select(3u, 2u, sizes.z == most), 1u, sizes.y == most), 0u, sizes.x == most);
          atomicMin(&first[0], 4u * thread + which);
        }
        workgroupBarrier();
        let max256 = load(start + min(atomicLoad(&first[0]), 255u));
        let inverse = select(divide(-127f, max256), 0f, magnitude256 == 0u);
        let q = vec4<i32>(nearest(mul(inverse, x.x)), nearest(mul(inverse, x.y)),
          nearest(mul(inverse, x.z)), nearest(mul(inverse, x.w)));
        arena[to + block * 64u + thread] = bytes4(q);
        sums[thread] = q.x + q.y + q.z + q.w;
        workgroupBarrier();
        if (thread < 8u) {
          let i = 8u * thread;
          let low = sums[i] + sums[i + 1u] + sums[i + 2u] + sums[i + 3u];
          let high = sums[i + 4u] + sums[i + 5u] + sums[i + 6u] + sums[i + 7u];
          arena[to + p.cols / 4u + block * 8u + thread] =
            (bitcast<u32>(low) & 0xffffu) | (bitcast<u32>(high) << 16u);
        }
        if (thread == 0u) {
          let scale = select(divide(1f, inverse), 0f, magnitude256 == 0u);
          store(to + p.cols / 4u + p.cols / 32u + block, scale);
        }
      """;
  private static final String FUNCTIONS =
      """
      fn numberSize(x: f32) -> u32 {
        return select(magnitude(x), 0u, isNan(x));
      }
      fn bytes4(q: vec4<i32>) -> u32 {
        let b = bitcast<vec4<u32>>(q) & vec4<u32>(255u);
        return b.x | (b.y << 8u) | (b.z << 16u) | (b.w << 24u);
      }
      fn nearest(x: f32) -> i32 {
        let near = i32(round(select(x, 0f, magnitude(x) > 0x43000000u)));
        let far = select(127, -127, bitcast<i32>(x) < 0);
        return select(clamp(select(near, far, magnitude(x) > 0x43000000u), -127, 127), 0, isNan(x));
      }
      """;

  /** Rounds away from zero; beyond 2^31 the sign turns, as Java's integers wrap. */
  private static final String AWAY =
      """
      fn away(x: f32) -> i32 {
        let inside = select(x, 0f, magnitude(x) > 0x43000000u);
        let whole = i32(trunc(inside));
        let rest = magnitude(sub(inside, f32(whole)));
        let negative = bitcast<i32>(x) < 0;
        let one = select(1, -1, negative);
        let near = whole + select(0, one, rest >= 0x3f000000u);
        let far = select(one, -one, magnitude(x) > 0x4f000000u) * 127;
        return select(clamp(select(near, far, magnitude(x) > 0x43000000u), -127, 127), 0, isNan(x));
      }
      """;

  private static final String ROUND_32 =
      """
        if (thread < 8u) {
          atomicStore(&largest[thread], 0u);
        }
        workgroupBarrier();
        let lane = thread / 8u;
        let block = min(step * 8u + lane, blocks - 1u);
        let start = p.x + row * p.cols + block * 32u + 4u * (thread % 8u);
        let x = vec4<f32>(load(start), load(start + 1u), load(start + 2u), load(start + 3u));
        atomicMax(&largest[lane], max(max(numberSize(x.x), numberSize(x.y)), max(numberSize(x.z), numberSize(x.w))));
        workgroupBarrier();
        let d = divide(asFloat(atomicLoad(&largest[lane])), 127f);
        let inverse = select(divide(1f, d), 0f, magnitude(d) == 0u);
        let q = vec4<i32>(away(mul(x.x, inverse)), away(mul(x.y, inverse)),
          away(mul(x.z, inverse)), away(mul(x.w, inverse)));
        arena[to + block * 8u + thread % 8u] = bytes4(q);
      """;
  private static final String SCALE_32 =
      """
        if (thread % 8u == 0u) {
          store(to + p.cols / 4u + block, half(toHalf(d)));
        }
      """;
  private static final String SUM_32 =
      """
        sums[thread] = q.x + q.y + q.z + q.w;
        workgroupBarrier();
        if (thread % 8u == 0u) {
          var sum = 0;
          for (var i = 0u; i < 8u; i++) {
            sum += sums[thread + i];
          }
          store(to + p.cols / 4u + blocks + block, half(toHalf(mul(d, f32(sum)))));
        }
      """;

  private Activations() {}

  /**
   * What they are told.
   *
   * @param x rows of float32
   * @param out rounded rows, {@link #words} each
   * @param cols values in a row
   * @param rows rows
   */
  public record Arguments(int x, int out, int cols, int rows) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("out", Arguments::out)
            .number("cols", Arguments::cols)
            .number("rows", Arguments::rows);
  }

  /** Words of a rounded row; of floats, which are not rounded, 0. */
  public static int words(Partner partner, int cols) {
    return switch (partner) {
      case FLOATS -> 0;
      case Q8_0 -> cols / 4 + cols / 32;
      case Q8_1 -> cols / 4 + 2 * (cols / 32);
      case Q8_K -> cols / 4 + cols / 32 + cols / 256;
    };
  }

  /**
   * Rounds rows.
   *
   * @throws IllegalArgumentException of floats
   */
  public static GpuKernel<Arguments> quantize(Partner partner) {
    KernelText<Arguments> text =
        new KernelText<>("quantize" + partner.name().replace("_", ""), Arguments.LAYOUT)
            .binds(Binding.ARENA)
            .declares(FUNCTIONS);
    return switch (partner) {
      case FLOATS -> throw new IllegalArgumentException("floats are not rounded");
      case Q8_0 -> blocks32(text, SCALE_32, Partner.Q8_0);
      case Q8_1 -> blocks32(text.shares("sums", "i32", 64), SCALE_32 + SUM_32, Partner.Q8_1);
      case Q8_K ->
          text.shares("largest", "atomic<u32>", 1)
              .shares("first", "atomic<u32>", 1)
              .shares("sums", "i32", 64)
              .body(
                  a -> Grid.of((long) a.rows * (a.cols / 256)),
                  """
                    let blocks = p.cols / 256u;
                    let row = group / blocks;
                    let block = group % blocks;
                    if (row >= p.rows) {
                      return;
                    }
                    let to = p.out + row * (p.cols / 4u + p.cols / 32u + blocks);
                  """
                      + ROUND_256);
    };
  }

  private static GpuKernel<Arguments> blocks32(
      KernelText<Arguments> text, String end, Partner partner) {
    return text.shares("largest", "atomic<u32>", 8)
        .declares(AWAY)
        .body(
            a -> Grid.of((long) a.rows * ((a.cols / 32 + 7) / 8)),
            """
              let blocks = p.cols / 32u;
              let steps = (blocks + 7u) / 8u;
              let row = group / steps;
              let step = group % steps;
              if (row >= p.rows) {
                return;
              }
              let to = p.out + row * (p.cols / 4u + SCALESu * blocks);
            """
                    .replace("SCALES", Integer.toString(partner.scales()))
                + ROUND_32
                + end);
  }
}
