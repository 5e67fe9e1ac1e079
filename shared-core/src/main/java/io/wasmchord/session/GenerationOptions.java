package io.wasmchord.session;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.sampling.LogitsProcessor;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.ScoreOptions;
import java.util.HashSet;
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
 * @param keptStops those of {@code stops} that stay part of the answer
 * @param scores what is told of how likely tokens are, or null
 * @param processor a caller's own step before the samplers, or null
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
    Set<String> keptStops,
    @Nullable ScoreOptions scores,
    @Nullable LogitsProcessor processor) {
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
    keptStops = Set.copyOf(keptStops);
  }

  /** Options of an answer that may be any text. */
  public GenerationOptions(
      int maxTokens,
      List<String> stops,
      SamplerOptions sampling,
      boolean ignoreEnd,
      Set<Integer> ends,
      Set<Integer> marks) {
    this(maxTokens, 0, stops, sampling, ignoreEnd, ends, marks, null, Set.of(), null, null);
  }

  /** Options without further tokens that mean something. */
  public GenerationOptions(
      int maxTokens, List<String> stops, SamplerOptions sampling, boolean ignoreEnd) {
    this(maxTokens, stops, sampling, ignoreEnd, Set.of(), Set.of());
  }

  /** Options under which an end-of-generation token ends the answer. */
  public GenerationOptions(int maxTokens, List<String> stops, SamplerOptions sampling) {
    this(maxTokens, stops, sampling, false);
  }

  /** The same with another number of tokens before which the answer does not end. */
  public GenerationOptions withMinTokens(int other) {
    return new GenerationOptions(
        maxTokens, other, stops, sampling, ignoreEnd, ends, marks, language, keptStops, scores,
        processor);
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
        language,
        keptStops,
        scores,
        processor);
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationOptions with(@Nullable Language other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, other, keptStops, scores,
        processor);
  }

  /** The same with more tokens that end the answer. */
  public GenerationOptions withMoreEnds(Set<Integer> more) {
    Set<Integer> other = new HashSet<>(ends);
    other.addAll(more);
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, other, marks, language, keptStops, scores,
        processor);
  }

  /** The same where these of the texts that end the answer stay part of it. */
  public GenerationOptions withKeptStops(Set<String> other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, language, other, scores,
        processor);
  }

  /** The same where it is told how likely tokens are, or not where it is null. */
  public GenerationOptions withScores(@Nullable ScoreOptions other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, language, keptStops, other,
        processor);
  }

  /** The same with a caller's own step before the samplers, or without where it is null. */
  public GenerationOptions withProcessor(@Nullable LogitsProcessor other) {
    return new GenerationOptions(
        maxTokens, minTokens, stops, sampling, ignoreEnd, ends, marks, language, keptStops, scores,
        other);
  }
}
