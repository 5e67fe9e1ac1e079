package io.wasmchord.api;

import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests for an answer have in common, of a chat and of a text.
 *
 * @param maxTokens at most this many, or {@link GenerationOptions#NO_LIMIT}
 * @param stop texts that end the answer and are not part of it
 * @param ignoreEos goes on after the model has said that it is done
 * @param stream whether the answer is wanted in chunks
 * @param includeUsage whether the last chunk tells the usage
 * @param model what the caller calls the model, or null
 * @param language what the answer must be, or null for any text
 */
public record GenerationParams(
    SamplerOptions sampling,
    int maxTokens,
    List<String> stop,
    boolean ignoreEos,
    boolean stream,
    boolean includeUsage,
    @Nullable String model,
    @Nullable Language language) {
  static final List<String> KNOWN =
      List.of(
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "stop",
          "ignore_eos",
          "max_completion_tokens",
          "stream",
          "stream_options",
          "model",
          "user",
          "response_format",
          "grammar",
          "responseConstraint");

  static final List<Refusal> REFUSALS =
      List.of(
          Refusal.but(JsonValue.of(1), "n", "ask once for each answer"),
          Refusal.butEmpty("logit_bias", "leave it out"));

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
        List.of(),
        false,
        false,
        true,
        null,
        null);
  }

  /** The same with another way of choosing tokens. */
  public GenerationParams withSampling(SamplerOptions other) {
    return new GenerationParams(
        other, maxTokens, stop, ignoreEos, stream, includeUsage, model, language);
  }

  /** The same with another limit. */
  public GenerationParams withMaxTokens(int most) {
    return new GenerationParams(
        sampling, most, stop, ignoreEos, stream, includeUsage, model, language);
  }

  /** The same for an answer that must be of a language, or of none where it is null. */
  public GenerationParams with(@Nullable Language other) {
    return new GenerationParams(
        sampling, maxTokens, stop, ignoreEos, stream, includeUsage, model, other);
  }

  static GenerationParams of(Fields fields, long freshSeed) {
    GenerationParams otherwise = defaults(freshSeed);
    fields.text("user");
    Fields streaming = fields.fields("stream_options", List.of("include_usage"), STREAM_REFUSALS);
    boolean usage = otherwise.includeUsage;
    return new GenerationParams(
        sampling(fields, otherwise.sampling),
        limit(fields, otherwise.maxTokens),
        fields.oneOrList("stop", Fields::name),
        fields.flag("ignore_eos", otherwise.ignoreEos),
        fields.flag("stream", otherwise.stream),
        streaming == null ? usage : streaming.flag("include_usage", usage),
        fields.text("model"),
        ResponseFormat.of(fields));
  }

  private static SamplerOptions sampling(Fields fields, SamplerOptions otherwise) {
    Long topK = fields.whole("top_k", false);
    Long seed = fields.whole("seed", true);
    return new SamplerOptions(
        (float) fields.number("temperature", SamplerOptions.TEMPERATURE, otherwise.temperature()),
        topK == null ? otherwise.topK() : (int) Math.min(topK, Integer.MAX_VALUE),
        (float) fields.number("top_p", SamplerOptions.PROBABILITY, otherwise.topP()),
        (float) fields.number("min_p", SamplerOptions.PROBABILITY, otherwise.minP()),
        (float)
            fields.number(
                "repetition_penalty", SamplerOptions.REPETITION, otherwise.repetitionPenalty()),
        (float)
            fields.number(
                "frequency_penalty", SamplerOptions.PENALTY, otherwise.frequencyPenalty()),
        (float)
            fields.number("presence_penalty", SamplerOptions.PENALTY, otherwise.presencePenalty()),
        otherwise.penaltyWindow(),
        seed == null ? otherwise.seed() : seed);
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

  /** The options of a text's continuation. */
  public GenerationOptions options() {
    return new GenerationOptions(maxTokens, stop, sampling, ignoreEos).with(language);
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
