package io.wasmchord.cli.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.sampling.AdaptiveOptions;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.DryOptions;
import io.wasmchord.sampling.LogitBias;
import io.wasmchord.sampling.MirostatOptions;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.SamplerName;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.sampling.XtcOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
public final class SamplingOptions {
  private static final SamplerOptions OTHERWISE = SamplerOptions.defaults(0);

  @Option(names = "--temp", description = "Temperature; 0 is greedy (default: ${DEFAULT-VALUE}).")
  private float temperature = OTHERWISE.temperature().value();

  @Option(
      names = "--dynatemp-range",
      description = "How far the temperature follows the entropy; 0 for not at all (default).")
  private float temperatureRange = OTHERWISE.temperature().range();

  @Option(
      names = "--dynatemp-exponent",
      description = "To which the entropy's share is raised (default: ${DEFAULT-VALUE}).")
  private float temperatureExponent = OTHERWISE.temperature().exponent();

  @Option(
      names = "--top-k",
      description = "Only the k most likely; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK = OTHERWISE.cuts().topK();

  @Option(
      names = "--top-p",
      description = "Only the most likely that reach p (default: ${DEFAULT-VALUE}).")
  private float topP = OTHERWISE.cuts().topP();

  @Option(
      names = "--min-p",
      description = "Only those p times as likely as the best (default: ${DEFAULT-VALUE}).")
  private float minP = OTHERWISE.cuts().minP();

  @Option(
      names = "--typical-p",
      description = "Only those of typical surprise that reach p; 1 for all (default).")
  private float typicalP = OTHERWISE.cuts().typicalP();

  @Option(
      names = "--top-n-sigma",
      description = "Only those at most n deviations below the best; 0 for all (default).")
  private float topNSigma = OTHERWISE.cuts().topNSigma();

  @Option(
      names = "--repeat-penalty",
      description = "Penalty of recent tokens (default: ${DEFAULT-VALUE}).")
  private float repeatPenalty = OTHERWISE.penalties().repetition();

  @Option(
      names = "--frequency-penalty",
      description = "Per recent occurrence (default: ${DEFAULT-VALUE}).")
  private float frequencyPenalty = OTHERWISE.penalties().frequency();

  @Option(
      names = "--presence-penalty",
      description = "For a recent token (default: ${DEFAULT-VALUE}).")
  private float presencePenalty = OTHERWISE.penalties().presence();

  @Option(
      names = "--repeat-last",
      description = "What recent means, in tokens (default: ${DEFAULT-VALUE}).")
  private int window = OTHERWISE.penalties().window();

  @Option(
      names = "--dry-multiplier",
      description = "Penalty of tokens that go on with a repetition; 0 for none (default).")
  private float dryMultiplier = OTHERWISE.dry().multiplier();

  @Option(
      names = "--dry-base",
      description = "How it grows with the repetition (default: ${DEFAULT-VALUE}).")
  private float dryBase = OTHERWISE.dry().base();

  @Option(
      names = "--dry-allowed-length",
      description = "Shorter repetitions are free (default: ${DEFAULT-VALUE}).")
  private int dryAllowed = OTHERWISE.dry().allowedLength();

  @Option(
      names = "--dry-penalty-last-n",
      description = "Tokens that are looked at; 0 for all (default: ${DEFAULT-VALUE}).")
  private int dryWindow = OTHERWISE.dry().window();

  @Option(
      names = "--dry-sequence-breaker",
      paramLabel = "TEXT",
      description = "No repetition goes across it; may be repeated (default: line end, :, \", *).")
  private @Nullable List<String> dryBreakers;

  @Option(
      names = "--xtc-probability",
      description = "How often top choices are left out; 0 for never (default).")
  private float xtcProbability = OTHERWISE.xtc().probability();

  @Option(
      names = "--xtc-threshold",
      description = "From which probability on (default: ${DEFAULT-VALUE}).")
  private float xtcThreshold = OTHERWISE.xtc().threshold();

  @Option(
      names = "--mirostat",
      description = "1 or 2 keeps the surprise near --mirostat-tau; 0 for not (default).")
  private int mirostat = OTHERWISE.mirostat().version();

  @Option(names = "--mirostat-tau", description = "In bits (default: ${DEFAULT-VALUE}).")
  private float mirostatTau = OTHERWISE.mirostat().tau();

  @Option(names = "--mirostat-eta", description = "How fast (default: ${DEFAULT-VALUE}).")
  private float mirostatEta = OTHERWISE.mirostat().eta();

  @Option(
      names = "--adaptive-target",
      description = "Tokens near this probability; below 0 for not (default).")
  private float adaptiveTarget = OTHERWISE.adaptive().target();

  @Option(
      names = "--adaptive-decay",
      description = "How much earlier choices count (default: ${DEFAULT-VALUE}).")
  private float adaptiveDecay = OTHERWISE.adaptive().decay();

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=BIAS",
      description = "Added to a token's logit; -inf forbids it; may be repeated.")
  private Map<Integer, String> bias = Map.of();

  @Option(
      names = "--samplers",
      split = ",",
      paramLabel = "NAME",
      description = "Those that work, in their order, with commas between.")
  private @Nullable List<String> samplers;

  @Option(
      names = "--seed",
      description =
          "Seed; the same one gives the same text on every platform. By default the time.")
  private @Nullable Long seed;

  SamplerOptions options() {
    return new SamplerOptions(
        new TemperatureOptions(temperature, temperatureRange, temperatureExponent),
        new CutOptions(topK, topP, minP, typicalP, topNSigma),
        new PenaltyOptions(repeatPenalty, frequencyPenalty, presencePenalty, window),
        new DryOptions(
            dryMultiplier,
            dryBase,
            dryAllowed,
            dryWindow,
            dryBreakers == null ? OTHERWISE.dry().breakers() : dryBreakers),
        new XtcOptions(xtcProbability, xtcThreshold),
        new MirostatOptions(mirostat, mirostatTau, mirostatEta),
        new AdaptiveOptions(adaptiveTarget, adaptiveDecay),
        biases(),
        samplers == null ? OTHERWISE.samplers() : samplers.stream().map(SamplerName::of).toList(),
        seed == null ? System.nanoTime() : seed);
  }

  private List<LogitBias> biases() {
    List<LogitBias> all = new ArrayList<>();
    bias.forEach((id, by) -> all.add(new LogitBias.OfToken(id, number(by))));
    return all;
  }

  private static float number(String by) {
    try {
      return by.equals("-inf") ? Float.NEGATIVE_INFINITY : Float.parseFloat(by);
    } catch (NumberFormatException e) {
      throw new InvalidRequestException(
          "--logit-bias is ID=BIAS, and '" + by + "' is no number; -inf forbids a token");
    }
  }
}
