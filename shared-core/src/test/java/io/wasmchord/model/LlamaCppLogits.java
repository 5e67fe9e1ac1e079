package io.wasmchord.model;

import io.wasmchord.quant.QuantMixture;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** In which formats tiny models are compared with llama.cpp's logits, and after which tokens. */
enum LlamaCppLogits {
  /**
   * All agree to a part in a thousand, and to 1e-4 but for those whose GELU llama.cpp takes from a
   * table of half floats. Gemma 4's norms make that error larger.
   */
  F32("f32", 1e4, 5e-3, 5e-3),

  /**
   * Both round activations to 8 bits, but not the same: llama.cpp with a scale that is a half
   * float. A mixture's router, where two experts are nearly as good, may take another one then.
   */
  Q8_0("q8_0", 1e3, 0.15, 0.2),

  /**
   * Of a model with wide rows: Q4_K, some Q6_K, and what rows of other widths fall back to.
   * llama.cpp rounds activations to 8 bits in blocks of 256, and of 32 here.
   */
  Q4_K("q4_K", 1e3, 0.15, 0.2);

  private static final int TOKENS = 26;
  private static final List<Integer> POSITIONS = List.of(7, 16, TOKENS - 1);

  private final String format;
  private final double units;
  private final double usually;
  private final double most;

  /**
   * @param format as the record calls it
   * @param units of the record's last digit, in 1
   * @param usually how much logits of a position may differ, as root mean square and beside the
   *     deviation of these logits; at most positions
   * @param most the same, at all positions of a model without experts
   */
  LlamaCppLogits(String format, double units, double usually, double most) {
    this.format = format;
    this.units = units;
    this.usually = usually;
    this.most = most;
  }

  /** Whether a model's positions agree, which differ so much from llama.cpp's, in order. */
  boolean accepts(double[] differences, boolean experts) {
    double median = differences[differences.length / 2];
    return median <= usually && (experts || differences[differences.length - 1] <= most);
  }

  /** How much of the logits' deviation two that may change places can differ by. */
  double tie() {
    return 4 * most;
  }

  /** As the record calls it. */
  String format() {
    return format;
  }

  /** The tokens that models are fed. */
  static int[] ids() {
    int[] ids = new int[TOKENS];
    Arrays.setAll(ids, i -> (i * i * 7 + 3 * i + 1) % 40);
    return ids;
  }

  /** The positions whose logits are recorded. */
  static List<Integer> positions() {
    return POSITIONS;
  }

  /** A model in this format. */
  TinyModel model(TinyModel tiny) {
    return switch (this) {
      case F32 -> tiny;
      case Q8_0 -> tiny.copy().quantized(QuantMixture.Q8_0);
      case Q4_K -> WideModels.of(tiny).quantized(QuantMixture.Q4_K_M);
    };
  }

  /** Logits as the record has them: integers, in units of its last digit. */
  String written(double[] logits) {
    StringBuilder text = new StringBuilder();
    for (double logit : logits) {
      text.append(text.isEmpty() ? "" : " ").append(Math.round(logit * units));
    }
    return text.toString();
  }

  double[] read(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(n -> Double.parseDouble(n) / units).toArray();
  }

  @Override
  public String toString() {
    return format.toUpperCase(Locale.ROOT);
  }
}
