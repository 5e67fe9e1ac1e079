package io.wasmchord.api;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.Pooling;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request for vectors of texts.
 *
 * @param dimensions how many numbers of a vector are kept, or null for all
 * @param model what the caller calls the model, or null
 */
public record EmbeddingRequest(
    List<TokenInput> input,
    EmbeddingOptions options,
    @Nullable Integer dimensions,
    EncodingFormat encoding,
    @Nullable String model) {
  /** How an answer gives its vectors. */
  public enum EncodingFormat {
    /** A list of numbers. */
    FLOAT,
    /** The bytes of float32 numbers, lowest first, in base64. */
    BASE64,
    /** An array of the host's language; for a host whose answers are text the same as the first. */
    FLOAT32ARRAY
  }

  private static final List<String> KNOWN =
      List.of(
          "input",
          "pooling",
          "normalize",
          "truncate",
          "dimensions",
          "encoding_format",
          "model",
          "user");

  private static final List<Pooling> POOLINGS =
      List.of(Pooling.MEAN, Pooling.CLS, Pooling.LAST, Pooling.NONE); // as messages list them

  public EmbeddingRequest {
    input = List.copyOf(input);
  }

  /** A request in which all but the texts is as where nothing is said. */
  public static EmbeddingRequest of(List<? extends TokenInput> input) {
    return new EmbeddingRequest(
        List.copyOf(input), EmbeddingOptions.DEFAULT, null, EncodingFormat.FLOAT, null);
  }

  /**
   * The tokens of the input number {@code at}.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when it has none, or too many
   */
  public int[] tokens(int at, Embedder embedder) {
    return switch (input.get(at)) {
      case TokenInput.Text(String text) -> embedder.tokens(text, options);
      case TokenInput.Tokens ids -> embedder.tokens(ids.array(), options);
    };
  }

  /** The same with other options. */
  public EmbeddingRequest withOptions(EmbeddingOptions other) {
    return new EmbeddingRequest(input, other, dimensions, encoding, model);
  }

  /**
   * The request that {@code json} spells, in OpenAI's shape.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when an option is not known, cannot be met
   *     or is out of range
   */
  public static EmbeddingRequest of(JsonValue json, RequestContext context) {
    Fields fields = Fields.of(json, context, KNOWN, Refusal.NONE);
    List<TokenInput> input = TokenInput.list("input", fields.need("input", "input"));
    EmbeddingRequest otherwise = of(input);
    EmbeddingOptions options = otherwise.options;
    Long dimensions = fields.whole("dimensions", 1, Integer.MAX_VALUE);
    fields.text("user");
    return new EmbeddingRequest(
        input,
        new EmbeddingOptions(
            constant(fields, "pooling", POOLINGS, options.pooling()),
            fields.flag("normalize", options.normalize()),
            fields.flag("truncate", options.truncate())),
        dimensions == null ? null : dimensions.intValue(),
        encoding(fields, otherwise.encoding),
        fields.text("model"));
  }

  private static EncodingFormat encoding(Fields fields, EncodingFormat otherwise) {
    EncodingFormat found =
        constant(fields, "encoding_format", List.of(EncodingFormat.values()), otherwise);
    return found == null ? otherwise : found;
  }

  /** The constant whose name in lower case was given. */
  private static <E extends Enum<E>> @Nullable E constant(
      Fields fields, String option, List<E> all, @Nullable E otherwise) {
    String name = fields.choice(option, all.stream().map(EmbeddingRequest::name).toList());
    for (E one : all) {
      if (name(one).equals(name)) {
        return one;
      }
    }
    return otherwise;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
