package io.wasmchord.web;

import io.wasmchord.sampling.SamplerOptions;

/** The sampling parameters of a request, as JavaScript's numbers. */
record SamplingRequest(
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    double seed,
    boolean ignoreEnd) {
  private static final int PENALTY_WINDOW = 64;

  SamplerOptions options() {
    return new SamplerOptions(
        (float) temperature,
        topK,
        (float) topP,
        (float) minP,
        (float) repetitionPenalty,
        (float) frequencyPenalty,
        (float) presencePenalty,
        PENALTY_WINDOW,
        (long) seed);
  }
}
