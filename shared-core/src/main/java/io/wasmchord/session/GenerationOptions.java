package io.wasmchord.session;

import io.wasmchord.sampling.SamplerOptions;
import java.util.List;

/**
 * How much to generate and how.
 *
 * @param maxTokens at most this many tokens; the context's end is a limit too
 * @param stops texts that end generation and are not part of the answer
 * @param ignoreEnd go on after an end-of-generation token, as a measurement of speed wants it
 */
public record GenerationOptions(
    int maxTokens, List<String> stops, SamplerOptions sampling, boolean ignoreEnd) {
  public GenerationOptions {
    if (maxTokens < 0) {
      throw new InvalidRequestException("max_tokens is " + maxTokens + "; it must not be negative");
    }
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new InvalidRequestException("a stop text is empty");
    }
    stops = List.copyOf(stops);
  }

  /** Options under which an end-of-generation token ends the answer. */
  public GenerationOptions(int maxTokens, List<String> stops, SamplerOptions sampling) {
    this(maxTokens, stops, sampling, false);
  }
}
