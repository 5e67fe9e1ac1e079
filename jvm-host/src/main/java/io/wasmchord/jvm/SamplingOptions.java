package io.wasmchord.jvm;

import io.wasmchord.sampling.SamplerOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOptions {
  private static final SamplerOptions OTHERWISE = SamplerOptions.defaults(0);

  @Option(names = "--temp", description = "Temperature; 0 is greedy (default: ${DEFAULT-VALUE}).")
  private float temperature = OTHERWISE.temperature();

  @Option(
      names = "--top-k",
      description = "Only the k most likely; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK = OTHERWISE.topK();

  @Option(
      names = "--top-p",
      description = "Only the most likely that reach p (default: ${DEFAULT-VALUE}).")
  private float topP = OTHERWISE.topP();

  @Option(
      names = "--min-p",
      description = "Only those p times as likely as the best (default: ${DEFAULT-VALUE}).")
  private float minP = OTHERWISE.minP();

  @Option(
      names = "--repeat-penalty",
      description = "Penalty of recent tokens (default: ${DEFAULT-VALUE}).")
  private float repeatPenalty = OTHERWISE.repetitionPenalty();

  @Option(
      names = "--frequency-penalty",
      description = "Per recent occurrence (default: ${DEFAULT-VALUE}).")
  private float frequencyPenalty = OTHERWISE.frequencyPenalty();

  @Option(
      names = "--presence-penalty",
      description = "For a recent token (default: ${DEFAULT-VALUE}).")
  private float presencePenalty = OTHERWISE.presencePenalty();

  @Option(
      names = "--repeat-last",
      description = "What recent means, in tokens (default: ${DEFAULT-VALUE}).")
  private int window = OTHERWISE.penaltyWindow();

  @Option(
      names = "--seed",
      description =
          "Seed; the same one gives the same text on every platform. By default the time.")
  private @Nullable Long seed;

  SamplerOptions options() {
    return new SamplerOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        frequencyPenalty,
        presencePenalty,
        window,
        seed == null ? System.nanoTime() : seed);
  }
}
