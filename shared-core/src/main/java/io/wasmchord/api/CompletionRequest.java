package io.wasmchord.api;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;

/**
 * A request for the continuation of a text, or of several.
 *
 * @param prompts in a text, control tokens are read as such
 * @param echo whether the answer begins with the prompt
 */
public record CompletionRequest(List<TokenInput> prompts, GenerationParams params, boolean echo) {
  private static final int MOST_CHOICES = 1024; // answers to all prompts together

  private static final List<String> KNOWN =
      GenerationParams.known(List.of("prompt", "echo"), ScoreFields.OF_TEXT);

  private static final List<Refusal> REFUSALS =
      List.of(
          Refusal.but(
              JsonValue.of(""), "suffix", "a model continues a text here, and fills no gap"),
          Refusal.but(JsonValue.of(1), "best_of", "ask once for each answer"));

  public CompletionRequest {
    prompts = List.copyOf(prompts);
    long all = (long) prompts.size() * params.answers();
    if (all > MOST_CHOICES) {
      throw new InvalidRequestException(
          "%d prompts with n %d ask for %d answers; at most %d are given at once"
              .formatted(prompts.size(), params.answers(), all, MOST_CHOICES));
    }
  }

  /** A request for what follows the prompt alone. */
  public CompletionRequest(TokenInput prompt, GenerationParams params) {
    this(List.of(prompt), params, false);
  }

  /**
   * The request that {@code json} spells, in OpenAI's shape.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when an option is not known, cannot be met
   *     or is out of range
   */
  public static CompletionRequest of(JsonValue json, RequestContext context) {
    Fields fields = Fields.of(json, context, KNOWN, REFUSALS);
    boolean echo = fields.flag("echo", false);
    GenerationParams params =
        GenerationParams.of(fields, context.freshSeed())
            .withScores(ScoreFields.ofText(fields, echo));
    return new CompletionRequest(
        TokenInput.list("prompt", fields.need("prompt", "prompt")), params, echo);
  }

  /** How many answers there are to all prompts: those to the first, then those to the next. */
  public int choices() {
    return prompts.size() * params.answers();
  }

  /** A prompt as tokens. */
  public int[] tokens(Tokenizer tokenizer, int prompt) {
    return switch (prompts.get(prompt)) {
      case TokenInput.Text(String text) -> tokenizer.encode(text, true, true);
      case TokenInput.Tokens ids -> ids.array();
    };
  }

  /** One of the answers, in the making. */
  public TextAnswer answer(int choice, AnswerHead head, Tokenizer tokenizer) {
    return new TextAnswer(
        head.ofChoice(choice), params, echoed(tokenizer, choice / params.answers()));
  }

  /** What answers to a prompt begin with: the prompt as it was given, or the text of its tokens. */
  private String echoed(Tokenizer tokenizer, int prompt) {
    if (!echo) {
      return "";
    }
    return switch (prompts.get(prompt)) {
      case TokenInput.Text(String text) -> text;
      case TokenInput.Tokens ids -> tokenizer.decode(ids.array(), false);
    };
  }
}
