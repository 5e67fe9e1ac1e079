package io.wasmchord.api;

import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.TokenScore;
import java.util.ArrayList;
import java.util.List;

/** The answer to a conversation, in the making. */
public final class ChatAnswer implements Answer {
  private final AnswerHead head;
  private final GenerationParams params;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final ContentScores scores = new ContentScores();
  private final CallsInTheMaking calls;
  private boolean begun;

  /**
   * @param params say whether the answer is wanted in chunks
   */
  public ChatAnswer(AnswerHead head, GenerationParams params, ToolCallIds ids) {
    this.head = head;
    this.params = params;
    this.calls = new CallsInTheMaking(ids);
  }

  @Override
  public void onScore(TokenScore score) {
    scores.add(score);
  }

  @Override
  public boolean onReasoning(String text) {
    scores.other(text);
    reasoning.append(text);
    return true;
  }

  @Override
  public boolean onAnswer(String text) {
    scores.content(text);
    content.append(text);
    return true;
  }

  @Override
  public boolean hearsCallsEarly() {
    return params.stream();
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String written) {
    calls.take(found);
    return true;
  }

  @Override
  public boolean onToolCallBegun(String name) {
    calls.begin(name);
    return true;
  }

  @Override
  public boolean onToolArguments(String piece) {
    calls.arguments(piece);
    return true;
  }

  @Override
  public List<JsonObject> chunks() {
    List<JsonObject> chunks = new ArrayList<>();
    if (!params.stream()) {
      return chunks;
    }
    if (!begun) {
      begun = true;
      chunks.add(chunk(new Delta.Role()));
    }
    if (!reasoning.isEmpty()) {
      chunks.add(chunk(new Delta.Reasoning(reasoning.toString())));
      reasoning.setLength(0);
    }
    if (!content.isEmpty()) {
      Delta come = new Delta.Content(content.toString());
      chunks.add(new ChatCompletionChunk(head, come, logprobs(), null).json());
      content.setLength(0);
    }
    calls.deltas().forEach(delta -> chunks.add(chunk(delta)));
    chunks.replaceAll(params.usage()::within);
    return chunks;
  }

  private JsonObject chunk(Delta delta) {
    return new ChatCompletionChunk(head, delta, JsonValue.ofNull(), null).json();
  }

  /** Of the content since the last call. */
  private JsonValue logprobs() {
    return params.scores() == null ? JsonValue.ofNull() : Logprobs.ofChat(scores.drain());
  }

  @Override
  public JsonObject end(GenerationResult result, double loadMs) {
    Totals all = Totals.of(result, loadMs);
    Totals totals = calls.isEmpty() ? all : all.callingTools();
    if (params.stream()) {
      return params
          .usage()
          .last(
              new ChatCompletionChunk(head, new Delta.Nothing(), JsonValue.ofNull(), totals)
                  .json());
    }
    return new ChatCompletion(
            head, content.toString(), reasoning.toString(), calls.named(), logprobs(), totals)
        .json();
  }
}
