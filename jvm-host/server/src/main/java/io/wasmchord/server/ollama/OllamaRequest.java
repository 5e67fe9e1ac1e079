package io.wasmchord.server.ollama;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.server.http.ApiError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests of Ollama's clients, put as OpenAI's clients would put them. */
final class OllamaRequest {
  /** Options of {@code options} that have another name with us. */
  private static final Map<String, String> RENAMED =
      Map.of("num_predict", "max_tokens", "repeat_penalty", "repetition_penalty");

  /** What says how a model is loaded and kept, which the server's start decides here. */
  private static final Set<String> DECIDED =
      Set.of(
          "keep_alive",
          "truncate",
          "shift",
          "num_ctx",
          "num_keep",
          "num_batch",
          "num_gpu",
          "num_thread",
          "main_gpu",
          "low_vram",
          "numa",
          "use_mmap",
          "use_mlock",
          "vocab_only",
          "penalize_newline",
          "tfs_z");

  /** Options of OpenAI's clients that Ollama's do not send. */
  private static final Set<String> UNKNOWN =
      Set.of("n", "stream_options", "response_format", "max_tokens", "chat_template_kwargs");

  private final JsonObject body;

  OllamaRequest(JsonObject body) {
    this.body = body;
  }

  /** Whether it has more than a model to load. */
  boolean asks(String option) {
    return !body.getOrNull(option).isEmpty();
  }

  boolean raw() {
    return JsonValue.of(true).equals(body.get("raw"));
  }

  /** The request of {@code /api/chat}. */
  JsonObject chat() {
    JsonObject.Builder made = common(Set.of("messages", "tools"));
    made.put("messages", messages(body.getOrNull("messages")));
    if (asks("tools")) {
      made.put("tools", body.getOrNull("tools"));
    }
    return made.build();
  }

  /** The request of {@code /api/generate} as a conversation. */
  JsonObject generateAsChat() {
    List<JsonValue> messages = new ArrayList<>();
    if (asks("system")) {
      messages.add(message("system", body.getOrNull("system")));
    }
    messages.add(message("user", body.getOrNull("prompt")));
    return generate().put("messages", JsonValue.of(messages)).build();
  }

  /** The same as a text to continue. */
  JsonObject generateAsText() {
    return generate()
        .put("prompt", body.getOrNull("prompt"))
        .build()
        .without("chat_template_kwargs");
  }

  private JsonObject.Builder generate() {
    refuse("suffix", "a model continues a text here, and fills no gap");
    refuse("template", "the model's own is used");
    refuse("images", "a model is given text alone here");
    refuse("context", "send the conversation to /api/chat; what it has computed is kept");
    return common(Set.of("prompt", "system", "raw", "suffix", "template", "images", "context"));
  }

  private void refuse(String option, String remedy) {
    if (asks(option)) {
      throw ApiError.invalid("invalid_request", option, option + " is not supported; " + remedy);
    }
  }

  private static JsonObject message(String role, JsonValue content) {
    return JsonObject.builder().put("role", role).put("content", content).build();
  }

  /** What both kinds of requests have; {@code known} are options that the caller deals with. */
  private JsonObject.Builder common(Set<String> known) {
    JsonObject.Builder made = JsonObject.builder();
    made.put("stream", !JsonValue.of(false).equals(body.get("stream")));
    body.forEach((option, value) -> {
      if (UNKNOWN.contains(option)) {
        throw ApiError.invalid("invalid_request", option, option + " is not known here");
      }
      switch (option) {
        case "stream" -> {}
        case "format" -> format(value, made);
        case "think" -> think(value, made);
        case "options" -> options(value, made);
        default -> {
          if (!known.contains(option) && !DECIDED.contains(option)) {
            made.put(option, value); // the model's name, and what is refused by name
          }
        }
      }
    });
    return made;
  }

  private static void format(JsonValue value, JsonObject.Builder made) {
    if (value.equals(JsonValue.of("json"))) {
      made.put("response_format", JsonObject.of("type", JsonValue.of("json_object")));
    } else if (value instanceof JsonObject schema) {
      made.put(
          "response_format",
          JsonObject.builder()
              .put("type", "json_schema")
              .put("json_schema", JsonObject.of("schema", schema))
              .build());
    } else if (!value.isEmpty()) {
      throw ApiError.invalid("invalid_request", "format", "format is 'json' or a JSON schema");
    }
  }

  private static void think(JsonValue value, JsonObject.Builder made) {
    switch (value) {
      case JsonValue.Bool flag ->
          made.put("chat_template_kwargs", JsonObject.of("enable_thinking", flag));
      case JsonValue.Text level ->
          made.put("chat_template_kwargs", JsonObject.of("reasoning_effort", level));
      default -> {}
    }
  }

  private static void options(JsonValue value, JsonObject.Builder made) {
    if (!(value instanceof JsonObject options)) {
      return;
    }
    options.forEach((option, one) -> {
      boolean unlimited =
          one instanceof JsonValue.Int(long number)
              && number < 0
              && (option.equals("num_predict") || option.equals("repeat_last_n"));
      if (unlimited) {
        made.put(RENAMED.getOrDefault(option, option), (long) Integer.MAX_VALUE);
      } else if (!DECIDED.contains(option)) {
        made.put(RENAMED.getOrDefault(option, option), one);
      }
    });
  }

  /** Messages whose calls have ids, which answers of tools name in the calls' order. */
  private static JsonValue messages(JsonValue value) {
    if (!(value instanceof JsonArray(List<JsonValue> given))) {
      return value;
    }
    Deque<String> open = new ArrayDeque<>();
    List<JsonValue> messages = new ArrayList<>();
    int[] calls = {0};
    for (JsonValue one : given) {
      messages.add(one instanceof JsonObject message ? message(message, open, calls) : one);
    }
    return JsonValue.of(messages);
  }

  private static JsonObject message(JsonObject message, Deque<String> open, int[] calls) {
    JsonObject.Builder made = JsonObject.builder();
    message.forEach((field, value) -> {
      switch (field) {
        case "tool_calls" -> made.put(field, calls(value, open, calls));
        case "thinking" -> made.put("reasoning_content", value);
        case "tool_name" -> made.put("name", value);
        case "images" -> {
          if (!value.isEmpty()) {
            throw ApiError.invalid(
                "invalid_request", "messages", "images are not supported; a model is given text");
          }
        }
        default -> made.put(field, value);
      }
    });
    boolean answers = JsonValue.of("tool").equals(message.get("role"));
    if (answers && message.get("tool_call_id") == null && !open.isEmpty()) {
      made.put("tool_call_id", open.remove());
    }
    return made.build();
  }

  private static JsonValue calls(JsonValue value, Deque<String> open, int[] calls) {
    if (!(value instanceof JsonArray(List<JsonValue> given)) || given.isEmpty()) {
      return JsonValue.ofNull();
    }
    List<JsonValue> made = new ArrayList<>();
    for (JsonValue one : given) {
      JsonObject function =
          one instanceof JsonObject call && call.get("function") instanceof JsonObject inner
              ? inner
              : JsonObject.empty();
      String id = "call%05d".formatted(calls[0]++);
      open.add(id);
      JsonValue arguments = function.getOrNull("arguments");
      made.add(
          JsonObject.builder()
              .put("id", id)
              .put("type", "function")
              .put(
                  "function",
                  JsonObject.builder()
                      .put("name", function.getOrNull("name"))
                      .put("arguments", JsonWriter.json(arguments))
                      .build())
              .build());
    }
    return JsonValue.of(made);
  }
}
