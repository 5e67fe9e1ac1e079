package io.wasmchord.api;

import io.wasmchord.classification.ScoreFunction;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.json.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request for labels of texts.
 *
 * @param topN how many of the best labels are named of each text, or null for all
 * @param function what becomes of the model's numbers, or null for shares that add up to 1 where
 *     there are several labels
 * @param truncate whether a text beyond the model's context loses its end, rather than being
 *     refused
 * @param model what the caller calls the model, or null
 */
public record ClassificationRequest(
    List<TokenInput> input,
    @Nullable Integer topN,
    @Nullable ScoreFunction function,
    boolean truncate,
    @Nullable String model) {
  private static final List<String> KNOWN =
      List.of("input", "top_n", "function", "truncate", "model", "user");

  public ClassificationRequest {
    input = List.copyOf(input);
  }

  /** A request in which all but the texts is as where nothing is said. */
  public static ClassificationRequest of(List<? extends TokenInput> input) {
    return new ClassificationRequest(List.copyOf(input), null, null, false, null);
  }

  /**
   * The request that {@code json} spells.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when an option is not known, cannot be met
   *     or is out of range
   */
  public static ClassificationRequest of(JsonValue json, RequestContext context) {
    Fields fields = Fields.of(json, context, KNOWN, Refusal.NONE);
    List<TokenInput> input = TokenInput.list("input", fields.need("input", "input"));
    Long topN = fields.whole("top_n", 1, Integer.MAX_VALUE);
    fields.text("user");
    String function =
        fields.choice(
            "function",
            List.of(ScoreFunction.values()).stream().map(ClassificationRequest::name).toList());
    return new ClassificationRequest(
        input,
        topN == null ? null : topN.intValue(),
        function == null ? null : ScoreFunction.valueOf(function.toUpperCase(Locale.ROOT)),
        fields.flag("truncate", false),
        fields.text("model"));
  }

  private static String name(ScoreFunction function) {
    return function.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The tokens of the input number {@code at}.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when it has none, or too many
   */
  public int[] tokens(int at, TextClassifier classifier) {
    return switch (input.get(at)) {
      case TokenInput.Text(String text) -> classifier.tokens(text, truncate);
      case TokenInput.Tokens ids -> classifier.tokens(ids.array(), truncate);
    };
  }

  /** What a text that has come to {@code outputs} is labelled as, the best first. */
  public List<TextClassifier.Label> labels(float[] outputs, TextClassifier classifier) {
    List<TextClassifier.Label> all = classifier.labels(outputs, function);
    return topN == null ? all : all.subList(0, Math.min(topN, all.size()));
  }
}
