package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.Partner;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The text that rounds a row of activations, several blocks at a time. It needs {@code to} (where
 * the rounded row lies), {@code blocks} (of the row), and a text that makes {@code x}, four
 * neighbouring values from {@code index} on.
 */
final class Rounding {
  private static final String FUNCTIONS =
      """
      fn numberSize(x: f32) -> u32 {
        return select(magnitude(x), 0u, isNan(x));
      }
      fn bytes4(q: vec4<i32>) -> u32 {
        let b = bitcast<vec4<u32>>(q) & vec4<u32>(255u);
        return b.x | (b.y << 8u) | (b.z << 16u) | (b.w << 24u);
      }
      """;
  private static final String NEAREST =
      """
      fn nearest(x: f32) -> i32 {
        let near = i32(round(select(x, 0f, magnitude(x) > 0x43000000u)));
        let far = select(127, -127, bitcast<i32>(x) < 0);
        return select(clamp(select(near, far, magnitude(x) > 0x43000000u), -127, 127), 0, isNan(x));
      }
      """;

  /** Rounds away from zero; beyond 2^31 the sign turns, as Java's integers wrap. */
  static final String AWAY =
      """
      fn away(x: f32) -> i32 {
        let inside = select(x, 0f, magnitude(x) > 0x43000000u);
        let whole = i32(trunc(inside));
        let rest = magnitude(sub(inside, f32(whole)));
        let one = select(1, -1, bitcast<i32>(x) < 0);
        let near = whole + select(0, one, rest >= 0x3f000000u);
        let far = select(one, -one, magnitude(x) > 0x4f000000u) * 127;
        return select(clamp(select(near, far, magnitude(x) > 0x43000000u), -127, 127), 0, isNan(x));
      }
      """;

  private static final String BLOCKS_256 =
      """
          let lane = thread / 64u;
          let own = thread % 64u;
          if (own == 0u) {
            atomicStore(&largest[lane], 0u);
            atomicStore(&first[lane], 256u);
          }
          workgroupBarrier();
          let block = min(step * LANES + lane, blocks - 1u);
          let index = block * 256u + 4u * own;
      VALUES
          let sizes = vec4<u32>(numberSize(x.x), numberSize(x.y), numberSize(x.z), numberSize(x.w));
          let most = max(max(sizes.x, sizes.y), max(sizes.z, sizes.w));
          atomicMax(&largest[lane], most);
          workgroupBarrier();
          if (most == atomicLoad(&largest[lane])) {
            let which = select(select(select(3u, 2u, sizes.z == most), 1u, sizes.y == most), 0u, sizes.x == most);
            atomicMin(&first[lane], 4u * own + which);
          }
          workgroupBarrier();
          let winner = atomicLoad(&first[lane]);
          if (winner / 4u == own) {
            let inverse = select(divide(-127f, x[winner & 3u]), 0f, most == 0u);
            inverses[lane] = inverse;
            store(to + blocks * 72u + block, select(divide(1f, inverse), 0f, most == 0u));
          }
          workgroupBarrier();
          let by = inverses[lane];
          let q = vec4<i32>(nearest(mul(by, x.x)), nearest(mul(by, x.y)),
            nearest(mul(by, x.z)), nearest(mul(by, x.w)));
          arena[to + block * 64u + own] = bytes4(q);
          sums[thread] = q.x + q.y + q.z + q.w;
          workgroupBarrier();
          if (own < 8u) {
            let i = 64u * lane + 8u * own;
            let low = sums[i] + sums[i + 1u] + sums[i + 2u] + sums[i + 3u];
            let high = sums[i + 4u] + sums[i + 5u] + sums[i + 6u] + sums[i + 7u];
            arena[to + blocks * 64u + block * 8u + own] =
              (bitcast<u32>(low) & 0xffffu) | (bitcast<u32>(high) << 16u);
          }
      """;
  private static final String BLOCKS_32 =
      """
          let lane = thread / 8u;
          let own = thread % 8u;
          if (own == 0u) {
            atomicStore(&largest[lane], 0u);
          }
          workgroupBarrier();
          let block = min(step * LANES + lane, blocks - 1u);
          let index = block * 32u + 4u * own;
      VALUES
          atomicMax(&largest[lane], max(max(numberSize(x.x), numberSize(x.y)),
            max(numberSize(x.z), numberSize(x.w))));
          workgroupBarrier();
          let d = divide(asFloat(atomicLoad(&largest[lane])), 127f);
          let by = select(divide(1f, d), 0f, magnitude(d) == 0u);
          let q = vec4<i32>(away(mul(x.x, by)), away(mul(x.y, by)),
            away(mul(x.z, by)), away(mul(x.w, by)));
          arena[to + block * 8u + own] = bytes4(q);
          if (own == 0u) {
            store(to + blocks * 8u + block, half(toHalf(d)));
          }
          workgroupBarrier();
      """;
  private static final String SUM_32 =
      """
          sums[thread] = q.x + q.y + q.z + q.w;
          workgroupBarrier();
          if (own == 0u) {
            var sum = 0;
            for (var i = 0u; i < 8u; i++) {
              sum += sums[thread + i];
            }
            store(to + blocks * 9u + block, half(toHalf(mul(d, f32(sum)))));
          }
          workgroupBarrier();
      """;

  private Rounding() {}

  /** Blocks that so many threads round at a time. */
  static int lanes(Partner partner, int threads) {
    return partner == Partner.Q8_K ? threads / 64 : threads / 8;
  }

  /** Words of a rounded block. */
  static int blockWords(Partner partner) {
    return Activations.words(partner, partner.blockValues());
  }

  /** Declares what the text needs. */
  static <A> KernelText<A> declared(KernelText<A> text, Partner partner, int threads) {
    int lanes = lanes(partner, threads);
    text.threads(threads).shares("largest", "atomic<u32>", lanes).declares(FUNCTIONS);
    if (partner == Partner.Q8_K) {
      text.shares("first", "atomic<u32>", lanes).shares("inverses", "f32", lanes).declares(NEAREST);
    } else {
      text.declares(AWAY);
    }
    return partner == Partner.Q8_0 ? text : text.shares("sums", "i32", threads);
  }

  /** The blocks of step {@code step}; {@code values} makes x. */
  static String step(Partner partner, int threads, String values) {
    String text =
        switch (partner) {
          case FLOATS -> throw new IllegalArgumentException("floats are not rounded");
          case Q8_0 -> BLOCKS_32;
          case Q8_1 -> BLOCKS_32 + SUM_32;
          case Q8_K -> BLOCKS_256;
        };
    return text.replace("LANES", lanes(partner, threads) + "u").replace("VALUES\n", values);
  }
}
