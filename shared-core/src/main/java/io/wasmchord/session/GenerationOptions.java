package io.wasmchord.session;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.sampling.LogitsProcessor;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
    SpeculationOptions speculation,
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
    this(
        maxTokens,
        0,
        stops,
        sampling,
        ignoreEnd,
        ends,
        marks,
        null,
        SpeculationOptions.OFF,
        Set.of(),
        null,
        null);
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
    return changed(c -> c.minTokens = other);
  }

  /**
   * The same for one of several answers to a prompt: the first is the one that is given to these
   * options alone, the next the one of the seed after this.
   */
  public GenerationOptions ofAnswer(int index) {
    return changed(c -> c.sampling = sampling.withSeed(sampling.seed() + index));
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationOptions with(@Nullable Language other) {
    return changed(c -> c.language = other);
  }

  /** The same with tokens proposed ahead of the model in another way, or not. */
  public GenerationOptions withSpeculation(SpeculationOptions other) {
    return changed(c -> c.speculation = other);
  }

  /** The same with more tokens that end the answer. */
  public GenerationOptions withMoreEnds(Set<Integer> more) {
    Set<Integer> other = new HashSet<>(ends);
    other.addAll(more);
    return changed(c -> c.ends = other);
  }

  /** The same where these of the texts that end the answer stay part of it. */
  public GenerationOptions withKeptStops(Set<String> other) {
    return changed(c -> c.keptStops = other);
  }

  /** The same where it is told how likely tokens are, or not where it is null. */
  public GenerationOptions withScores(@Nullable ScoreOptions other) {
    return changed(c -> c.scores = other);
  }

  /** The same with a caller's own step before the samplers, or without where it is null. */
  public GenerationOptions withProcessor(@Nullable LogitsProcessor other) {
    return changed(c -> c.processor = other);
  }

  private GenerationOptions changed(Consumer<Changes> change) {
    Changes changes = new Changes(this);
    change.accept(changes);
    return changes.options();
  }

  /** What can be changed, as it was. */
  private static final class Changes {
    private final GenerationOptions before;
    private int minTokens;
    private SamplerOptions sampling;
    private Set<Integer> ends;
    private @Nullable Language language;
    private SpeculationOptions speculation;
    private Set<String> keptStops;
    private @Nullable ScoreOptions scores;
    private @Nullable LogitsProcessor processor;

    Changes(GenerationOptions before) {
      this.before = before;
      this.minTokens = before.minTokens;
      this.sampling = before.sampling;
      this.ends = before.ends;
      this.language = before.language;
      this.speculation = before.speculation;
      this.keptStops = before.keptStops;
      this.scores = before.scores;
      this.processor = before.processor;
    }

    GenerationOptions options() {
      return new GenerationOptions(
          before.maxTokens,
          minTokens,
          before.stops,
          sampling,
          before.ignoreEnd,
          ends,
          before.marks,
          language,
          speculation,
          keptStops,
          scores,
          processor);
    }
  }
}
