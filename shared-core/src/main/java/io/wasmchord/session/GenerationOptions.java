package io.wasmchord.session;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much to generate and how.
 *
 * @param maxTokens at most this many tokens, or {@link #NO_LIMIT}; the context's end is a limit too
 * @param minTokens the answer does not end by itself before so many tokens
 * @param stops texts that end generation and are not part of the answer
 * @param ignoreEnd go on after an end-of-generation token, as a measurement of speed wants it
 * @param ends tokens that end generation beside those that the vocabulary marks
 * @param marks tokens that are reported to the listener by id instead of as text
 * @param language what the answer must be, or null for any text
 * @param speculation whether tokens are proposed ahead of the model; the answer is the same
 */
public record GenerationOptions(
    int maxTokens,
    int minTokens,
    List<String> stops,
    SamplerOptions sampling,
    boolean ignoreEnd,
    Set<Integer> ends,
    Set<Integer> marks,
    @Nullable Language language,
    SpeculationOptions speculation) {
  /** Tokens until the context is full; -1 is taken for it, as elsewhere. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public GenerationOptions {
    if (maxTokens < -1) {
      throw new InvalidRequestException(
          "max_tokens is "
              + maxTokens
              + "; it must not be negative, except for -1, which is no limit");
    }
    maxTokens = maxTokens == -1 ? NO_LIMIT : maxTokens;
    if (minTokens < 0 || minTokens > maxTokens) {
      throw new InvalidRequestException(
          "min_tokens is "
              + minTokens
              + "; it must not be negative, nor more than the limit of "
              + maxTokens);
    }
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new InvalidRequestException("a stop text is empty");
    }
    stops = List.copyOf(stops);
    ends = Set.copyOf(ends);
    marks = Set.copyOf(marks);
  }

  /** Options without proposals. */
  public GenerationOptions(
      int maxTokens,
      int minTokens,
      List<String> stops,
      SamplerOptions sampling,
      boolean ignoreEnd,
      Set<Integer> ends,
      Set<Integer> marks,
      @Nullable Language language) {
    this(
        maxTokens,
        minTokens,
        stops,
        sampling,
        ignoreEnd,
        ends,
        marks,
        language,
        SpeculationOptions.OFF);
  }

  /** Options without further tokens that mean something. */
  public GenerationOptions(
      int maxTokens, List<String> stops, SamplerOptions sampling, boolean ignoreEnd) {
    this(maxTokens, 0, stops, sampling, ignoreEnd, Set.of(), Set.of(), null);
  }

  /** Options under which an end-of-generation token ends the answer. */
  public GenerationOptions(int maxTokens, List<String> stops, SamplerOptions sampling) {
    this(maxTokens, stops, sampling, false);
  }

  /** The same with another number of tokens before which the answer does not end. */
  public GenerationOptions withMinTokens(int other) {
    return new GenerationOptions(
        maxTokens, other, stops, sampling, ignoreEnd, ends, marks, language, speculation);
  }

  /**
   * The same for one of several answers to a prompt: the first is the one that is given to these
   * options alone, the next the one of the seed after this.
   */
  public GenerationOptions ofAnswer(int index) {
    return new GenerationOptions(
        maxTokens,
        minTokens,
        stops,
        sampling.withSeed(sampling.seed() + index),
        ignoreEnd,
        ends,
        marks,
        language);
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationOptions with(@Nullable Language other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, other, speculation);
  }

  /** The same with tokens proposed ahead of the model in another way, or not. */
  public GenerationOptions withSpeculation(SpeculationOptions other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, language, other);
  }
}
