package io.wasmchord.cli.chat;

import io.wasmchord.sampling.SamplerOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
public final class SamplingOptions {
  @Option(
      names = "--temp",
      defaultValue = "0.8",
      description = "Temperature; 0 is greedy (default: ${DEFAULT-VALUE}).")
  private float temperature;

  @Option(
      names = "--top-k",
      defaultValue = "40",
      description = "Only the k most likely; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "0.95",
      description = "Only the most likely that reach p (default: ${DEFAULT-VALUE}).")
  private float topP;

  @Option(
      names = "--min-p",
      defaultValue = "0.05",
      description = "Only those p times as likely as the best (default: ${DEFAULT-VALUE}).")
  private float minP;

  @Option(
      names = "--repeat-penalty",
      defaultValue = "1",
      description = "Penalty of recent tokens (default: ${DEFAULT-VALUE}).")
  private float repeatPenalty;

  @Option(
      names = "--frequency-penalty",
      defaultValue = "0",
      description = "Per recent occurrence (default: ${DEFAULT-VALUE}).")
  private float frequencyPenalty;

  @Option(
      names = "--presence-penalty",
      defaultValue = "0",
      description = "For a recent token (default: ${DEFAULT-VALUE}).")
  private float presencePenalty;

  @Option(
      names = "--repeat-last",
      defaultValue = "64",
      description = "What recent means, in tokens (default: ${DEFAULT-VALUE}).")
  private int window;

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
