package io.wasmchord.server.ollama;

import io.wasmchord.api.Answer;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An answer in the making, in Ollama's shape: lines, of which the last one is {@code done}. */
final class OllamaAnswer implements Answer {
  private final String model;
  private final boolean stream;
  private final boolean chat;
  private final long start;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder thinking = new StringBuilder();
  private final List<JsonValue> calls = new ArrayList<>();

  /**
   * @param chat whether it is a message, and not a text
   * @param start when the request came, of {@link System#nanoTime}
   */
  OllamaAnswer(String model, boolean stream, boolean chat, long start) {
    this.model = model;
    this.stream = stream;
    this.chat = chat;
    this.start = start;
  }

  @Override
  public boolean onReasoning(String text) {
    thinking.append(text);
    return true;
  }

  @Override
  public boolean onAnswer(String text) {
    content.append(text);
    return true;
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String written) {
    for (ToolCall call : found) {
      JsonObject function =
          JsonObject.builder()
              .put("name", call.name())
              .put("arguments", arguments(call.arguments()))
              .build();
      calls.add(JsonObject.of("function", function));
    }
    return true;
  }

  private static JsonValue arguments(String written) {
    try {
      return JsonReader.parse(written);
    } catch (InvalidRequestException e) {
      return JsonObject.empty(); // an answer that was cut off
    }
  }

  @Override
  public List<JsonObject> chunks() {
    if (!stream || (content.isEmpty() && thinking.isEmpty() && calls.isEmpty())) {
      return List.of();
    }
    return List.of(said(head(model)).put("done", false).build());
  }

  /** What begins every line. */
  static JsonObject.Builder head(String model) {
    return JsonObject.builder().put("model", model).put("created_at", Instant.now().toString());
  }

  /** What has come since the last line. */
  private JsonObject.Builder said(JsonObject.Builder line) {
    if (chat) {
      JsonObject.Builder message =
          JsonObject.builder().put("role", "assistant").put("content", content.toString());
      if (!thinking.isEmpty()) {
        message.put("thinking", thinking.toString());
      }
      if (!calls.isEmpty()) {
        message.put("tool_calls", JsonValue.of(List.copyOf(calls)));
      }
      line.put("message", message.build());
    } else {
      line.put("response", content.toString());
      if (!thinking.isEmpty()) {
        line.put("thinking", thinking.toString());
      }
    }
    content.setLength(0);
    thinking.setLength(0);
    calls.clear();
    return line;
  }

  @Override
  public JsonObject end(GenerationResult result, double loadMs) {
    return said(head(model))
        .put("done", true)
        .put("done_reason", result.finish() == FinishReason.LENGTH ? "length" : "stop")
        .put("total_duration", System.nanoTime() - start)
        .put("load_duration", (long) (loadMs * 1e6))
        .put("prompt_eval_count", result.promptTokens())
        .put("prompt_eval_duration", result.prefillNanos())
        .put("eval_count", result.tokens().length)
        .put("eval_duration", result.decodeNanos())
        .build();
  }
}
