package io.wasmchord.api;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests for an answer have in common, of a chat and of a text.
 *
 * @param maxTokens at most this many, or {@link GenerationOptions#NO_LIMIT}
 * @param minTokens the answer does not end by itself before so many
 * @param stop texts that end the answer and are not part of it
 * @param ignoreEos goes on after the model has said that it is done
 * @param stream whether the answer is wanted in chunks
 * @param includeUsage whether the last chunk tells the usage
 * @param model what the caller calls the model, or null
 * @param language what the answer must be, or null for any text
 * @param answers how many are wanted
 * @param speculation whether tokens are proposed ahead of the model; the answer is the same
 */
public record GenerationParams(
    SamplerOptions sampling,
    int maxTokens,
    int minTokens,
    List<String> stop,
    boolean ignoreEos,
    boolean stream,
    boolean includeUsage,
    @Nullable String model,
    @Nullable Language language,
    int answers,
    SpeculationOptions speculation) {
  private static final int MOST_ANSWERS = 128; // as OpenAI's

  private static final List<String> OWN =
      List.of(
          "n",
          "max_tokens",
          "max_completion_tokens",
          "min_tokens",
          "stop",
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

  static final List<Refusal> REFUSALS = Refusal.NONE;

  private static final List<Refusal> STREAM_REFUSALS =
      List.of(
          Refusal.but(
              JsonValue.of(false),
              "include_obfuscation",
              "nothing is sent here whose length could be watched"));

  public GenerationParams {
    stop = List.copyOf(stop);
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
        true,
        null,
        null,
        1,
        SpeculationOptions.OFF);
  }

  /** The same with another way of choosing tokens. */
  public GenerationParams withSampling(SamplerOptions other) {
    return new GenerationParams(
        other,
        maxTokens,
        minTokens,
        stop,
        ignoreEos,
        stream,
        includeUsage,
        model,
        language,
        answers,
        speculation);
  }

  /** The same with another limit. */
  public GenerationParams withMaxTokens(int most) {
    return withTokens(minTokens, most);
  }

  /** The same with at least and at most so many tokens. */
  public GenerationParams withTokens(int least, int most) {
    return new GenerationParams(
        sampling,
        most,
        least,
        stop,
        ignoreEos,
        stream,
        includeUsage,
        model,
        language,
        answers,
        speculation);
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationParams with(@Nullable Language other) {
    return new GenerationParams(
        sampling,
        maxTokens,
        minTokens,
        stop,
        ignoreEos,
        stream,
        includeUsage,
        model,
        other,
        answers,
        speculation);
  }

  /** The same for so many answers. */
  public GenerationParams withAnswers(int number) {
    return new GenerationParams(
        sampling,
        maxTokens,
        minTokens,
        stop,
        ignoreEos,
        stream,
        includeUsage,
        model,
        language,
        number,
        speculation);
  }

  /** The same with tokens proposed ahead of the model in another way, or not. */
  public GenerationParams withSpeculation(SpeculationOptions other) {
    return new GenerationParams(
        sampling,
        maxTokens,
        minTokens,
        stop,
        ignoreEos,
        stream,
        includeUsage,
        model,
        language,
        answers,
        other);
  }

  static GenerationParams of(Fields fields, long freshSeed) {
    GenerationParams otherwise = defaults(freshSeed);
    fields.text("user");
    Fields streaming = fields.fields("stream_options", List.of("include_usage"), STREAM_REFUSALS);
    boolean usage = otherwise.includeUsage;
    return new GenerationParams(
        SamplingFields.of(fields, otherwise.sampling),
        limit(fields, otherwise.maxTokens),
        least(fields, otherwise.minTokens),
        fields.oneOrList("stop", Fields::name),
        fields.flag("ignore_eos", otherwise.ignoreEos),
        fields.flag("stream", otherwise.stream),
        streaming == null ? usage : streaming.flag("include_usage", usage),
        fields.text("model"),
        ResponseFormat.of(fields),
        answers(fields, otherwise.answers),
        SpeculationFields.of(fields));
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
    return new GenerationOptions(maxTokens, stop, sampling, ignoreEos)
        .withMinTokens(minTokens)
        .with(language)
        .withSpeculation(speculation);
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
