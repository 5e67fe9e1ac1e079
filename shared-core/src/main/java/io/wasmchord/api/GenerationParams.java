package io.wasmchord.api;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What requests for an answer have in common, of a chat and of a text.
 *
 * @param maxTokens at most this many, or {@link GenerationOptions#NO_LIMIT}
 * @param minTokens the answer does not end by itself before so many
 * @param stop texts that end the answer and are not part of it
 * @param ignoreEos goes on after the model has said that it is done
 * @param stream whether the answer is wanted in chunks
 * @param usage where chunks tell the usage
 * @param model what the caller calls the model, or null
 * @param language what the answer must be, or null for any text
 * @param answers how many are wanted
 * @param speculation whether tokens are proposed ahead of the model; the answer is the same
 * @param stopTokens ids that end the answer
 * @param includeStop whether the text of {@code stop} that ended the answer is part of it
 * @param scores which log-probabilities are wanted, or null
 */
public record GenerationParams(
    SamplerOptions sampling,
    int maxTokens,
    int minTokens,
    List<String> stop,
    boolean ignoreEos,
    boolean stream,
    StreamUsage usage,
    @Nullable String model,
    @Nullable Language language,
    int answers,
    SpeculationOptions speculation,
    Set<Integer> stopTokens,
    boolean includeStop,
    @Nullable ScoreOptions scores) {
  private static final int MOST_ANSWERS = 128; // as OpenAI's

  private static final List<String> OWN =
      List.of(
          "n",
          "max_tokens",
          "max_completion_tokens",
          "min_tokens",
          "stop",
          "stop_token_ids",
          "include_stop_str_in_output",
          "ignore_eos",
          "stream",
          "stream_options",
          "model",
          "user",
          "response_format",
          "grammar",
          "responseConstraint");

  static final List<String> KNOWN =
      joined(joined(SamplingFields.KNOWN, OWN), SpeculationFields.KNOWN);

  private static final List<Refusal> STREAM_REFUSALS =
      List.of(
          Refusal.but(
              JsonValue.of(false),
              "include_obfuscation",
              "nothing is sent here whose length could be watched"));

  public GenerationParams {
    stop = List.copyOf(stop);
    stopTokens = Set.copyOf(stopTokens);
  }

  /** What holds where a request says nothing. */
  public static GenerationParams defaults(long seed) {
    return new GenerationParams(
        SamplerOptions.defaults(seed),
        GenerationOptions.NO_LIMIT,
        0,
        List.of(),
        false,
        false,
        StreamUsage.LAST_CHUNK,
        null,
        null,
        1,
        SpeculationOptions.OFF,
        Set.of(),
        false,
        null);
  }

  /** The same with another way of choosing tokens. */
  public GenerationParams withSampling(SamplerOptions other) {
    return changed(c -> c.sampling = other);
  }

  /** The same with another limit. */
  public GenerationParams withMaxTokens(int most) {
    return withTokens(minTokens, most);
  }

  /** The same with at least and at most so many tokens. */
  public GenerationParams withTokens(int least, int most) {
    return changed(c -> {
      c.minTokens = least;
      c.maxTokens = most;
    });
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationParams with(@Nullable Language other) {
    return changed(c -> c.language = other);
  }

  /** The same for so many answers. */
  public GenerationParams withAnswers(int number) {
    return changed(c -> c.answers = number);
  }

  /** The same with tokens proposed ahead of the model in another way, or not. */
  public GenerationParams withSpeculation(SpeculationOptions other) {
    return changed(c -> c.speculation = other);
  }

  /** The same with other log-probabilities, or none. */
  public GenerationParams withScores(@Nullable ScoreOptions other) {
    return changed(c -> c.scores = other);
  }

  private GenerationParams changed(Consumer<Changes> change) {
    Changes changes = new Changes(this);
    change.accept(changes);
    return changes.params();
  }

  /** What can be changed, as it was. */
  private static final class Changes {
    private final GenerationParams before;
    private SamplerOptions sampling;
    private int maxTokens;
    private int minTokens;
    private @Nullable Language language;
    private int answers;
    private SpeculationOptions speculation;
    private @Nullable ScoreOptions scores;

    Changes(GenerationParams before) {
      this.before = before;
      this.sampling = before.sampling;
      this.maxTokens = before.maxTokens;
      this.minTokens = before.minTokens;
      this.language = before.language;
      this.answers = before.answers;
      this.speculation = before.speculation;
      this.scores = before.scores;
    }

    GenerationParams params() {
      return new GenerationParams(
          sampling,
          maxTokens,
          minTokens,
          before.stop,
          before.ignoreEos,
          before.stream,
          before.usage,
          before.model,
          language,
          answers,
          speculation,
          before.stopTokens,
          before.includeStop,
          scores);
    }
  }

  static GenerationParams of(Fields fields, long freshSeed) {
    GenerationParams otherwise = defaults(freshSeed);
    fields.text("user");
    Fields streaming = fields.fields("stream_options", List.of("include_usage"), STREAM_REFUSALS);
    return new GenerationParams(
        SamplingFields.of(fields, otherwise.sampling),
        limit(fields, otherwise.maxTokens),
        least(fields, otherwise.minTokens),
        fields.oneOrList("stop", Fields::name),
        fields.flag("ignore_eos", otherwise.ignoreEos),
        fields.flag("stream", otherwise.stream),
        usage(streaming, otherwise.usage),
        fields.text("model"),
        ResponseFormat.of(fields),
        answers(fields, otherwise.answers),
        SpeculationFields.of(fields),
        new HashSet<>(fields.oneOrList("stop_token_ids", TokenInput::id)),
        fields.flag("include_stop_str_in_output", otherwise.includeStop),
        null);
  }

  private static StreamUsage usage(@Nullable Fields streaming, StreamUsage otherwise) {
    if (streaming == null || streaming.get("include_usage") == null) {
      return otherwise;
    }
    return streaming.flag("include_usage", true) ? StreamUsage.OWN_CHUNK : StreamUsage.NONE;
  }

  private static int answers(Fields fields, int otherwise) {
    Long given = fields.whole("n", 1, MOST_ANSWERS);
    return given == null ? otherwise : given.intValue();
  }

  /** Both names of the limit, as one. */
  private static int limit(Fields fields, int otherwise) {
    Integer newer = fields.limit("max_completion_tokens");
    Integer older = fields.limit("max_tokens");
    if (newer != null && older != null && !newer.equals(older)) {
      throw new InvalidRequestException(
          "max_tokens and max_completion_tokens are two names of one limit, and differ; give one of"
              + " them");
    }
    Integer given = newer == null ? older : newer;
    return given == null ? otherwise : given;
  }

  private static int least(Fields fields, int otherwise) {
    Long given = fields.whole("min_tokens", 0, Integer.MAX_VALUE);
    return given == null ? otherwise : given.intValue();
  }

  /** The options of a text's continuation. */
  public GenerationOptions options() {
    return added(new GenerationOptions(maxTokens, stop, sampling, ignoreEos)).with(language);
  }

  /** Options with what is the same for a chat and a text. */
  GenerationOptions added(GenerationOptions options) {
    return options
        .withMinTokens(minTokens)
        .withSpeculation(speculation)
        .withMoreEnds(stopTokens)
        .withKeptStops(includeStop ? Set.copyOf(stop) : Set.of())
        .withScores(scores);
  }

  static List<String> known(List<String> before, List<String> after) {
    return joined(joined(before, KNOWN), after);
  }

  static <T> List<T> joined(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }
}
