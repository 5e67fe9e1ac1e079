package io.wasmchord.session;

/**
 * An answer that is under way: with it and the same options an answer goes on as if it had never
 * been interrupted, whatever samplers and constraint it has. {@link AnswerJournal} keeps it as
 * bytes.
 *
 * @param prompt the prompt's tokens
 * @param answer the answer's tokens so far
 * @param sampler what the samplers keep from token to token
 */
public record GenerationState(int[] prompt, int[] answer, long[] sampler) {}
