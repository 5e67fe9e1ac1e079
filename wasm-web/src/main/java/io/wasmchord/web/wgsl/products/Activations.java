package io.wasmchord.web.wgsl.products;

import io.wasmchord.backend.Activation;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.web.wgsl.rows.Elementwise;
import io.wasmchord.web.wgsl.rows.Norm;
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
  private static final int NORM_THREADS = 256;
  private static final String LOADED =
      """
          let start = p.x + row * p.cols + index;
          let x = vec4<f32>(load(start), load(start + 1u), load(start + 2u), load(start + 3u));
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

  /**
   * What {@link #gate} is told.
   *
   * @param gate rows of float32
   * @param up as many others
   * @param out the gate's results; may be {@code gate} or {@code up}
   * @param packed the same rounded
   * @param cols values in a row
   * @param rows rows
   * @param limit of an activation that has one, else 0
   */
  public record Gate(int gate, int up, int out, int packed, int cols, int rows, float limit) {
    static final ArgumentLayout<Gate> LAYOUT =
        ArgumentLayout.<Gate>empty()
            .number("gate", Gate::gate)
            .number("up", Gate::up)
            .number("out", Gate::out)
            .number("packed", Gate::packed)
            .number("cols", Gate::cols)
            .number("rows", Gate::rows)
            .real("limit", Gate::limit);
  }

  /**
   * What {@link #rmsNorm} is told: the norm's, of rows that are one run each, with one row of
   * weights.
   *
   * @param packed its results rounded
   */
  public record NormArguments(Norm.Arguments norm, int packed) {
    static final ArgumentLayout<NormArguments> LAYOUT =
        ArgumentLayout.<NormArguments>empty()
            .number("x", a -> a.norm.x())
            .number("weight", a -> a.norm.weight())
            .number("out", a -> a.norm.out())
            .number("packed", NormArguments::packed)
            .number("n", a -> a.norm.n())
            .number("runs", a -> a.norm.runs())
            .real("eps", a -> a.norm.eps());
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

  private static String named(String name, Partner partner) {
    return name + partner.name().replace("_", "");
  }

  /**
   * Rounds rows.
   *
   * @throws IllegalArgumentException of floats
   */
  public static GpuKernel<Arguments> quantize(Partner partner) {
    KernelText<Arguments> text =
        new KernelText<>(named("quantize", partner), Arguments.LAYOUT).binds(Binding.ARENA);
    return Rounding.declared(text, partner, 64)
        .body(
            a -> Grid.of((long) a.rows * steps(partner, a.cols)),
            blocks("p.out", partner) + Rounding.step(partner, 64, LOADED));
  }

  /**
   * {@code activation(gate) * up} as {@link Elementwise#gate} makes it, and rounded.
   *
   * @throws IllegalArgumentException of floats
   */
  public static GpuKernel<Gate> gate(Activation activation, Partner partner) {
    String name = Elementwise.gate(activation).name();
    KernelText<Gate> text =
        new KernelText<>(named(name + "Quantize", partner), Gate.LAYOUT).binds(Binding.ARENA);
    String values =
        """
            let start = row * p.cols + index;
            let x = vec4<f32>(
              gated(start), gated(start + 1u), gated(start + 2u), gated(start + 3u));
            store(p.out + start, x.x);
            store(p.out + start + 1u, x.y);
            store(p.out + start + 2u, x.z);
            store(p.out + start + 3u, x.w);
        """;
    return Rounding.declared(text, partner, 64)
        .declares(
            """
            fn gated(i: u32) -> f32 {
              let x = load(p.gate + i);
              let y = load(p.up + i);
              return VALUE;
            }
            """
                .replace("VALUE", Elementwise.gated(activation, "x", "y", "p.limit")))
        .body(
            a -> Grid.of((long) a.rows * steps(partner, a.cols)),
            blocks("p.packed", partner) + Rounding.step(partner, 64, values));
  }

  /**
   * {@link Norm#rms} of whole rows, and rounded.
   *
   * @throws IllegalArgumentException of floats
   */
  public static GpuKernel<NormArguments> rmsNorm(Partner partner) {
    KernelText<NormArguments> text =
        new KernelText<>(named("rmsNormQuantize", partner), NormArguments.LAYOUT)
            .binds(Binding.ARENA)
            .shares("lanes", "f32", 16)
            .declares(Norm.FOLD);
    String values =
        """
            let i = start + index;
            let f = p.weight + index;
            let x = vec4<f32>(
              mul(mul(load(i), inverse), load(f)),
              mul(mul(load(i + 1u), inverse), load(f + 1u)),
              mul(mul(load(i + 2u), inverse), load(f + 2u)),
              mul(mul(load(i + 3u), inverse), load(f + 3u)));
            let normed = p.out + group * p.n + index;
        """;
    String write =
        """
            workgroupBarrier();
            if (step * LANES + lane < blocks) {
              store(normed, x.x);
              store(normed + 1u, x.y);
              store(normed + 2u, x.z);
              store(normed + 3u, x.w);
            }
        """;
    return Rounding.declared(text, partner, NORM_THREADS)
        .body(
            a -> Grid.of(a.norm.runs()),
            Norm.RMS
                + """
                  let blocks = p.n / BLOCKu;
                  let to = p.packed + group * blocks * WORDSu;
                  for (var step = 0u; step * LANES < blocks; step++) {
                """
                    .replace("BLOCK", Integer.toString(partner.blockValues()))
                    .replace("WORDS", Integer.toString(Rounding.blockWords(partner)))
                    .replace("LANES", Rounding.lanes(partner, NORM_THREADS) + "u")
                + Rounding.step(partner, NORM_THREADS, values)
                + write.replace("LANES", Rounding.lanes(partner, NORM_THREADS) + "u")
                + "  }\n");
  }

  private static long steps(Partner partner, int cols) {
    int lanes = Rounding.lanes(partner, 64);
    return ((long) cols / partner.blockValues() + lanes - 1) / lanes;
  }

  private static String blocks(String out, Partner partner) {
    return """
      let blocks = p.cols / BLOCKu;
      let steps = (blocks + LANES - 1u) / LANES;
      let row = group / steps;
      let step = group % steps;
      if (row >= p.rows) {
        return;
      }
      let to = OUT + row * blocks * WORDSu;
    """
        .replace("BLOCK", Integer.toString(partner.blockValues()))
        .replace("LANES", Rounding.lanes(partner, 64) + "u")
        .replace("OUT", out)
        .replace("WORDS", Integer.toString(Rounding.blockWords(partner)));
  }
}
