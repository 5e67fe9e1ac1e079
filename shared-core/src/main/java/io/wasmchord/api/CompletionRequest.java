package io.wasmchord.api;

import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;

/**
 * A request for the continuation of a text.
 *
 * @param prompt in a text, control tokens are read as such
 * @param echo whether the answer begins with the prompt
 */
public record CompletionRequest(TokenInput prompt, GenerationParams params, boolean echo) {
  private static final List<String> KNOWN =
      GenerationParams.known(List.of("prompt", "echo"), ScoreFields.OF_TEXT);

  private static final List<Refusal> REFUSALS =
      List.of(
          Refusal.but(
              JsonValue.of(""), "suffix", "a model continues a text here, and fills no gap"),
          Refusal.but(JsonValue.of(1), "best_of", "ask once for each answer"));

  /** A request for what follows the prompt alone. */
  public CompletionRequest(TokenInput prompt, GenerationParams params) {
    this(prompt, params, false);
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
    List<TokenInput> prompts = TokenInput.list("prompt", fields.need("prompt", "prompt"));
    if (prompts.size() > 1) {
      throw Fields.refuse(
          "prompt is one text or list of token ids, not " + prompts.size() + "; ask once for each");
    }
    return new CompletionRequest(prompts.getFirst(), params, echo);
  }

  /** The prompt as tokens. */
  public int[] tokens(Tokenizer tokenizer) {
    return switch (prompt) {
      case TokenInput.Text(String text) -> tokenizer.encode(text, true, true);
      case TokenInput.Tokens ids -> ids.array();
    };
  }

  /** What the answer begins with: the prompt as it was given, or the text of its tokens. */
  public String echoed(Tokenizer tokenizer) {
    if (!echo) {
      return "";
    }
    return switch (prompt) {
      case TokenInput.Text(String text) -> text;
      case TokenInput.Tokens ids -> tokenizer.decode(ids.array(), false);
    };
  }
}
