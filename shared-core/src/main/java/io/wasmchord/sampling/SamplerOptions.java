package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;

/**
 * How the next token is chosen.
 *
 * @param bias what is added to logits before all else
 * @param samplers in the order in which they work; those that are not named do not
 * @param seed of the random numbers; the same seed gives the same text on every platform
 */
public record SamplerOptions(
    TemperatureOptions temperature,
    CutOptions cuts,
    PenaltyOptions penalties,
    DryOptions dry,
    XtcOptions xtc,
    MirostatOptions mirostat,
    AdaptiveOptions adaptive,
    List<LogitBias> bias,
    List<SamplerName> samplers,
    long seed) {
  public SamplerOptions {
    bias = List.copyOf(bias);
    samplers = List.copyOf(samplers);
    if (samplers.stream().distinct().count() < samplers.size()) {
      throw new InvalidRequestException("'samplers' names one twice; name each once");
    }
    if (mirostat.active() && adaptive.active()) {
      throw new InvalidRequestException(
          "mirostat and adaptive_target both choose the token; give one of them");
    }
    if (mirostat.active() && !samplers.equals(SamplerName.USUAL)) {
      throw new InvalidRequestException(
          "mirostat has an order of its own (penalties, dry, temperature); leave 'samplers' out");
    }
  }

  /** What holds where a request says nothing. */
  public static SamplerOptions defaults(long seed) {
    return new SamplerOptions(
        TemperatureOptions.of(0.8f),
        CutOptions.of(40, 0.95f, 0.05f),
        new PenaltyOptions(1f, 0f, 0f, 64),
        DryOptions.of(0f),
        new XtcOptions(0f, 0.1f),
        MirostatOptions.NONE,
        AdaptiveOptions.NONE,
        List.of(),
        SamplerName.USUAL,
        seed);
  }

  /** Always the most likely token. */
  public static SamplerOptions greedy() {
    return defaults(0)
        .withTemperature(TemperatureOptions.of(0f))
        .withCuts(CutOptions.of(0, 1f, 0f));
  }

  /** The same with another temperature. */
  public SamplerOptions withTemperature(TemperatureOptions other) {
    return new SamplerOptions(
        other, cuts, penalties, dry, xtc, mirostat, adaptive, bias, samplers, seed);
  }

  /** The same with other cuts. */
  public SamplerOptions withCuts(CutOptions other) {
    return new SamplerOptions(
        temperature, other, penalties, dry, xtc, mirostat, adaptive, bias, samplers, seed);
  }

  /** The same with other penalties. */
  public SamplerOptions withPenalties(PenaltyOptions other) {
    return new SamplerOptions(
        temperature, cuts, other, dry, xtc, mirostat, adaptive, bias, samplers, seed);
  }

  /** The same with other penalties of repetitions. */
  public SamplerOptions withDry(DryOptions other) {
    return new SamplerOptions(
        temperature, cuts, penalties, other, xtc, mirostat, adaptive, bias, samplers, seed);
  }

  /** The same with top choices excluded in another way. */
  public SamplerOptions withXtc(XtcOptions other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, other, mirostat, adaptive, bias, samplers, seed);
  }

  /** The same with Mirostat, or without. */
  public SamplerOptions withMirostat(MirostatOptions other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, xtc, other, adaptive, bias, samplers, seed);
  }

  /** The same with a target of probability, or without. */
  public SamplerOptions withAdaptive(AdaptiveOptions other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, xtc, mirostat, other, bias, samplers, seed);
  }

  /** The same with other additions to logits. */
  public SamplerOptions withBias(List<LogitBias> other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, xtc, mirostat, adaptive, other, samplers, seed);
  }

  /** The same with other samplers, or the same in another order. */
  public SamplerOptions withSamplers(List<SamplerName> other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, xtc, mirostat, adaptive, bias, other, seed);
  }

  /** The same with another seed. */
  public SamplerOptions withSeed(long other) {
    return new SamplerOptions(
        temperature, cuts, penalties, dry, xtc, mirostat, adaptive, bias, samplers, other);
  }

  /** Whether the most likely of what is left is taken. */
  boolean takesTheBest() {
    return temperature.greedy() && samplers.contains(SamplerName.TEMPERATURE);
  }

  /** Whether the choice is always the largest logit as the model gives it. */
  public boolean largestOnly() {
    return takesTheBest() && bias.isEmpty() && !mayMoveTheBest();
  }

  /** Whether a sampler may make another token the most likely. */
  private boolean mayMoveTheBest() {
    return (penalties.active() && samplers.contains(SamplerName.PENALTIES))
        || (dry.active() && samplers.contains(SamplerName.DRY))
        || mayCutTheBest();
  }

  /** Whether one may leave the most likely token out. */
  boolean mayCutTheBest() {
    return !mirostat.active()
        && ((xtc.active() && samplers.contains(SamplerName.XTC))
            || (cuts.mayCutTheBest() && samplers.contains(SamplerName.TYPICAL_P)));
  }
}
