package io.wasmchord.sampling;

/**
 * How random the choice is. With a range, the temperature follows the entropy of the candidates
 * (Zhu et al., "Hot or Cold? Adaptive Temperature Sampling", as llama.cpp has it): from {@code
 * value - range}, but not below 0, where one is certain to {@code value + range} where all are
 * equal.
 *
 * @param value 0 for the most likely token
 * @param range 0 for a temperature that is always the same
 * @param exponent to which the entropy's share of the greatest possible one is raised
 */
public record TemperatureOptions(float value, float range, float exponent) {
  public static final Range VALUE = new Range(0, 100);
  public static final Range EXPONENT = new Range(0, 100);

  public TemperatureOptions {
    VALUE.check("temperature", value);
    VALUE.check("dynatemp_range", range);
    EXPONENT.check("dynatemp_exponent", exponent);
  }

  /** One that is always the same. */
  public static TemperatureOptions of(float value) {
    return new TemperatureOptions(value, 0f, 1f);
  }

  /** Whether it always leaves the most likely token alone. */
  boolean greedy() {
    return value == 0f && range == 0f;
  }
}
