package io.wasmchord.sampling;

/**
 * A token and how likely it is.
 *
 * @param logprob the natural logarithm of its probability; minus infinity for 0
 */
public record Likely(int id, double logprob) {}
