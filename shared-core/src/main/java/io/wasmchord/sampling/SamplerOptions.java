package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;
import java.util.function.Consumer;

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
    return changed(c -> c.temperature = other);
  }

  /** The same with other cuts. */
  public SamplerOptions withCuts(CutOptions other) {
    return changed(c -> c.cuts = other);
  }

  /** The same with other penalties. */
  public SamplerOptions withPenalties(PenaltyOptions other) {
    return changed(c -> c.penalties = other);
  }

  /** The same with other penalties of repetitions. */
  public SamplerOptions withDry(DryOptions other) {
    return changed(c -> c.dry = other);
  }

  /** The same with top choices excluded in another way. */
  public SamplerOptions withXtc(XtcOptions other) {
    return changed(c -> c.xtc = other);
  }

  /** The same with Mirostat, or without. */
  public SamplerOptions withMirostat(MirostatOptions other) {
    return changed(c -> c.mirostat = other);
  }

  /** The same with a target of probability, or without. */
  public SamplerOptions withAdaptive(AdaptiveOptions other) {
    return changed(c -> c.adaptive = other);
  }

  /** The same with other additions to logits. */
  public SamplerOptions withBias(List<LogitBias> other) {
    return changed(c -> c.bias = other);
  }

  /** The same with other samplers, or the same in another order. */
  public SamplerOptions withSamplers(List<SamplerName> other) {
    return changed(c -> c.samplers = other);
  }

  /** The same with another seed. */
  public SamplerOptions withSeed(long other) {
    return changed(c -> c.seed = other);
  }

  private SamplerOptions changed(Consumer<Changes> change) {
    Changes changes = new Changes(this);
    change.accept(changes);
    return changes.options();
  }

  /** What can be changed, as it was. */
  private static final class Changes {
    private TemperatureOptions temperature;
    private CutOptions cuts;
    private PenaltyOptions penalties;
    private DryOptions dry;
    private XtcOptions xtc;
    private MirostatOptions mirostat;
    private AdaptiveOptions adaptive;
    private List<LogitBias> bias;
    private List<SamplerName> samplers;
    private long seed;

    Changes(SamplerOptions before) {
      temperature = before.temperature;
      cuts = before.cuts;
      penalties = before.penalties;
      dry = before.dry;
      xtc = before.xtc;
      mirostat = before.mirostat;
      adaptive = before.adaptive;
      bias = before.bias;
      samplers = before.samplers;
      seed = before.seed;
    }

    SamplerOptions options() {
      return new SamplerOptions(
          temperature, cuts, penalties, dry, xtc, mirostat, adaptive, bias, samplers, seed);
    }
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
