package io.wasmchord.web.wgsl.rows;

import io.wasmchord.backend.Activation;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;
import io.wasmchord.web.wgsl.text.Literal;
import java.util.Locale;

/** Kernels that make a value of one or two values. */
public final class Elementwise {
  private static final int EACH = 256; // values of a workgroup

  private Elementwise() {}

  /**
   * What they are told.
   *
   * @param x first values
   * @param y second values; {@code x} where there are none
   * @param out results; may be x or y
   * @param count values
   * @param factor the function's constant; 0 where it has none
   */
  public record Arguments(int x, int y, int out, int count, float factor) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("y", Arguments::y)
            .number("out", Arguments::out)
            .number("count", Arguments::count)
            .real("factor", Arguments::factor);
  }

  /** {@code x + y}. */
  public static GpuKernel<Arguments> add() {
    return kernel("add", "add(x, y)");
  }

  /** {@code x + y * factor}. */
  public static GpuKernel<Arguments> addScaled() {
    return kernel("addScaled", "add(x, mul(y, p.factor))");
  }

  /** {@code x * factor}. */
  public static GpuKernel<Arguments> scale() {
    return kernel("scale", "mul(x, p.factor)");
  }

  /** {@code x} within {@code -factor..factor}. */
  public static GpuKernel<Arguments> clamp() {
    return kernel("clamp", "within(x, p.factor)");
  }

  /** {@code factor * tanh(x / factor)}. */
  public static GpuKernel<Arguments> softCap() {
    return kernel("softCap", "mul(p.factor, hyperbolicTangent(divide(x, p.factor)))");
  }

  /** {@code activation(x) * y}; the factor is the limit of an activation that has one. */
  public static GpuKernel<Arguments> gate(Activation activation) {
    return kernel("gate" + named(activation), gated(activation, "x", "y", "p.factor"));
  }

  /**
   * {@code activation(x)}.
   *
   * @throws IllegalArgumentException of an activation of gates alone
   */
  public static GpuKernel<Arguments> activate(Activation activation) {
    return kernel("activate" + named(activation), activated(activation, "x"));
  }

  /** The expression of a gate's value, of variables or constants. */
  static String gated(Activation activation, String gate, String up, String limit) {
    String value =
        switch (activation) {
          case SILU_LIMITED -> "mul(atMost(silu(G), L), within(U, L))";
          case SWIGLU_OAI ->
              "mul(divide(atMost(G, L), add(1f, exponential(mul("
                  + Literal.of(-1.702f)
                  + ", atMost(G, L))))), add(within(U, L), 1f))";
          case LIMITED_SILU -> "mul(silu(atMost(G, L)), within(U, L))";
          default -> "mul(" + activated(activation, "G") + ", U)";
        };
    return value.replace("G", gate).replace("U", up).replace("L", limit);
  }

  private static String activated(Activation activation, String x) {
    return switch (activation) {
      case SILU -> "silu(" + x + ")";
      case GELU -> "gelu(" + x + ")";
      case RELU -> "relu(" + x + ")";
      case RELU_SQUARED -> "reluSquared(" + x + ")";
      case GELU_ERF -> "geluErf(" + x + ")";
      case SIGMOID -> "sigmoid(" + x + ")";
      case TANH -> "hyperbolicTangent(" + x + ")";
      case SOFTPLUS -> "softplus(" + x + ")";
      case EXP -> "exponential(" + x + ")";
      case IDENTITY -> x;
      case SILU_LIMITED, SWIGLU_OAI, LIMITED_SILU ->
          throw new IllegalArgumentException(activation + " without a gate");
    };
  }

  private static String named(Activation activation) {
    StringBuilder name = new StringBuilder();
    for (String part : activation.name().split("_")) {
      name.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static GpuKernel<Arguments> kernel(String name, String value) {
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .body(
            a -> Grid.covering(a.count, EACH),
            """
              for (var k = 0u; k < 4u; k++) {
                let i = group * 256u + k * 64u + thread;
                if (i < p.count) {
                  let x = load(p.x + i);
                  let y = load(p.y + i);
                  store(p.out + i, VALUE);
                }
              }
            """
                .replace("VALUE", value));
  }
}
