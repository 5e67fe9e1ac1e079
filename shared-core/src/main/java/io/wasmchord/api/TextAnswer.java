package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.TokenScore;
import java.util.ArrayList;
import java.util.List;

/** The continuation of a text, in the making. */
public final class TextAnswer implements Answer {
  private final AnswerHead head;
  private final GenerationParams params;
  private final String echo;
  private final StringBuilder text = new StringBuilder();
  private final ContentScores scores = new ContentScores();
  private final List<ContentScores.Placed> prompt = new ArrayList<>(); // until it is told

  /**
   * @param params say whether the answer is wanted in chunks
   * @param echo what it begins with; may be empty
   */
  public TextAnswer(AnswerHead head, GenerationParams params, String echo) {
    this.head = head;
    this.params = params;
    this.echo = echo;
    if (params.scores() == null) {
      text.append(echo);
    }
  }

  @Override
  public void onScore(TokenScore score) {
    scores.add(score);
  }

  /** With log-probabilities the prompt is told when its own are there. */
  @Override
  public void onPrompt(List<TokenScore> all) {
    text.append(echo);
    prompt.addAll(ContentScores.placed(all, echo));
  }

  /** A text has no reasoning apart from it. */
  @Override
  public boolean onReasoning(String chunk) {
    return onAnswer(chunk);
  }

  @Override
  public boolean onAnswer(String chunk) {
    scores.content(chunk);
    text.append(chunk);
    return true;
  }

  @Override
  public List<JsonObject> chunks() {
    if (!params.stream() || text.isEmpty()) {
      return List.of();
    }
    JsonObject chunk = new TextCompletion(head, text.toString(), logprobs(), null).json();
    text.setLength(0);
    return List.of(params.usage().within(chunk));
  }

  @Override
  public JsonObject end(GenerationResult result, double loadMs) {
    JsonObject end =
        new TextCompletion(head, text.toString(), logprobs(), Totals.of(result, loadMs)).json();
    return params.stream() ? params.usage().last(end) : end;
  }

  /** Of the text since the last call. */
  private JsonValue logprobs() {
    if (params.scores() == null) {
      return JsonValue.ofNull();
    }
    List<ContentScores.Placed> come = new ArrayList<>(prompt);
    prompt.clear();
    for (ContentScores.Placed token : scores.drain()) {
      come.add(new ContentScores.Placed(token.score(), echo.length() + token.start()));
    }
    return Logprobs.ofText(come);
  }
}
