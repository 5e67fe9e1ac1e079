package io.wasmchord.server.openai;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.server.http.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request for {@code /v1/responses}, put as one for a conversation. */
final class ResponsesRequest {
  private static final Map<String, String> RENAMED = Map.of("max_output_tokens", "max_tokens");

  /** What asks for nothing that the answer depends on here. */
  private static final Set<String> IGNORED =
      Set.of(
          "include",
          "prompt_cache_key",
          "safety_identifier",
          "service_tier",
          "stream_options",
          "truncation");

  /** What would need a store of answers. */
  private static final Set<String> STORED =
      Set.of("previous_response_id", "conversation", "background", "prompt");

  /** Options of a conversation's request that have other names here. */
  private static final Set<String> UNKNOWN =
      Set.of("messages", "max_tokens", "max_completion_tokens", "response_format");

  private static final String TEXT = "text";

  private final JsonObject body;

  ResponsesRequest(JsonObject body) {
    this.body = body;
  }

  private static ApiError refuse(String option, String text) {
    return ApiError.invalid("invalid_request", option, text);
  }

  /** The same as a request for a conversation's answer. */
  JsonObject chat() {
    JsonObject.Builder made = JsonObject.builder().put("messages", JsonValue.of(messages()));
    body.forEach((option, value) -> {
      if (STORED.contains(option) && !value.isEmpty()) {
        throw refuse(
            option,
            option + " is not supported: nothing is stored; send the conversation as input");
      }
      if (UNKNOWN.contains(option)) {
        throw refuse(option, option + " is not known here; give input, max_output_tokens and text");
      }
      switch (option) {
        case "input", "instructions", "store" -> {}
        case "tools" -> made.put(option, tools(value));
        case "tool_choice" -> made.put(option, choice(value));
        case TEXT -> format(value, made);
        case "reasoning" -> effort(value, made);
        default -> {
          if (!IGNORED.contains(option) && !STORED.contains(option)) {
            made.put(RENAMED.getOrDefault(option, option), value);
          }
        }
      }
    });
    return made.build();
  }

  private List<JsonValue> messages() {
    List<JsonValue> messages = new ArrayList<>();
    if (!body.getOrNull("instructions").isEmpty()) {
      messages.add(message("system", body.getOrNull("instructions")));
    }
    switch (body.get("input")) {
      case JsonValue.Text text -> messages.add(message("user", text));
      case JsonArray(List<JsonValue> items) -> {
        for (JsonValue item : items) {
          if (!(item instanceof JsonObject one)) {
            throw refuse("input", "input is a text or a list of items");
          }
          add(one, messages);
        }
      }
      case null, default ->
          throw refuse("input", "input is missing; it is a text or a list of items");
    }
    return messages;
  }

  private static JsonObject message(String role, JsonValue content) {
    return JsonObject.builder().put("role", role).put("content", content).build();
  }

  private static void add(JsonObject item, List<JsonValue> messages) {
    String type = item.get("type") instanceof JsonValue.Text(String given) ? given : "message";
    switch (type) {
      case "message" ->
          messages.add(
              item.without("type")
                  .without("id")
                  .without("status")
                  .with("content", content(item.getOrNull("content"))));
      case "function_call" -> call(item, messages);
      case "function_call_output" ->
          messages.add(
              JsonObject.builder()
                  .put("role", "tool")
                  .put("tool_call_id", item.getOrNull("call_id"))
                  .put("content", content(item.getOrNull("output")))
                  .build());
      case "reasoning" -> {} // of an answer before, which templates leave out
      default ->
          throw refuse(
              "input", "an item of type '" + type + "' is not supported; give messages and calls");
    }
  }

  /** Calls that follow each other are one message's. */
  private static void call(JsonObject item, List<JsonValue> messages) {
    JsonObject function =
        JsonObject.builder()
            .put("name", item.getOrNull("name"))
            .put("arguments", item.getOrNull("arguments"))
            .build();
    JsonObject call =
        JsonObject.builder()
            .put("id", item.getOrNull("call_id"))
            .put("type", "function")
            .put("function", function)
            .build();
    List<JsonValue> calls = new ArrayList<>();
    if (!messages.isEmpty()
        && messages.getLast() instanceof JsonObject last
        && last.get("tool_calls") instanceof JsonArray(List<JsonValue> before)) {
      calls.addAll(before);
      messages.removeLast();
    }
    calls.add(call);
    messages.add(message("assistant", JsonValue.ofNull()).with("tool_calls", JsonValue.of(calls)));
  }

  /** A text, or parts, which are all of text. */
  private static JsonValue content(JsonValue content) {
    if (!(content instanceof JsonArray(List<JsonValue> parts))) {
      return content;
    }
    List<JsonValue> texts = new ArrayList<>();
    for (JsonValue part : parts) {
      boolean text =
          part instanceof JsonObject one
              && one.get("type") instanceof JsonValue.Text(String type)
              && type.endsWith("_text");
      texts.add(text ? ((JsonObject) part).with("type", JsonValue.of(TEXT)) : part);
    }
    return JsonValue.of(texts);
  }

  private static JsonValue tools(JsonValue value) {
    if (!(value instanceof JsonArray(List<JsonValue> given))) {
      return value;
    }
    List<JsonValue> tools = new ArrayList<>();
    for (JsonValue one : given) {
      boolean function =
          one instanceof JsonObject tool && JsonValue.of("function").equals(tool.get("type"));
      if (!function) {
        throw refuse("tools", "tools are of type 'function' here");
      }
      JsonObject tool = (JsonObject) one;
      tools.add(
          JsonObject.builder()
              .put("type", "function")
              .put(
                  "function",
                  tool.get("function") == null ? tool.without("type") : tool.getOrNull("function"))
              .build());
    }
    return JsonValue.of(tools);
  }

  private static JsonValue choice(JsonValue value) {
    return value instanceof JsonObject choice && choice.get("name") != null
        ? JsonObject.builder()
            .put("type", "function")
            .put("function", choice.without("type"))
            .build()
        : value;
  }

  private static void format(JsonValue value, JsonObject.Builder made) {
    if (!(value instanceof JsonObject text) || !(text.get("format") instanceof JsonObject format)) {
      return;
    }
    boolean schema = JsonValue.of("json_schema").equals(format.get("type"));
    made.put(
        "response_format",
        schema
            ? JsonObject.builder()
                .put("type", "json_schema")
                .put("json_schema", format.without("type"))
                .build()
            : format);
  }

  private static void effort(JsonValue value, JsonObject.Builder made) {
    if (value instanceof JsonObject reasoning && !reasoning.getOrNull("effort").isEmpty()) {
      made.put(
          "chat_template_kwargs", JsonObject.of("reasoning_effort", reasoning.getOrNull("effort")));
    }
  }
}
