package io.wasmchord.session;

import io.wasmchord.sampling.SamplerOptions;
import java.util.List;

/**
 * How much to generate and how.
 *
 * @param maxTokens at most this many tokens; the context's end is a limit too
 * @param stops texts that end generation and are not part of the answer
 */
public record GenerationOptions(int maxTokens, List<String> stops, SamplerOptions sampling) {
  public GenerationOptions {
    if (maxTokens < 0) {
      throw new InvalidRequestException("max_tokens is " + maxTokens + "; it must not be negative");
    }
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new InvalidRequestException("a stop text is empty");
    }
    stops = List.copyOf(stops);
  }
}
