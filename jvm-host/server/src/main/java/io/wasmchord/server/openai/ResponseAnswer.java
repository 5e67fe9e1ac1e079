package io.wasmchord.server.openai;

import io.wasmchord.api.Answer;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.server.answers.Seeds;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response in the making: its output items, and the events that tell of them. */
final class ResponseAnswer implements Answer {
  private static final String EVENTS = "events";

  private final String id = Seeds.id("resp_");
  private final long created = System.currentTimeMillis() / 1000;
  private final String model;
  private final boolean stream;
  private final JsonObject asked;
  private final List<JsonValue> output = new ArrayList<>(); // items that are whole
  private final List<JsonObject> events = new ArrayList<>(); // that were not given yet
  private @Nullable Item open;
  private int number; // of the next event
  private boolean begun;

  /** A message or reasoning, whose text is still coming. */
  private record Item(String id, boolean reasoning, StringBuilder text) {
    String part() {
      return reasoning ? "reasoning_text" : "output_text";
    }

    JsonObject content() {
      JsonObject.Builder part =
          JsonObject.builder().put("type", part()).put("text", text.toString());
      if (!reasoning) {
        part.put("annotations", JsonValue.of(List.of()));
      }
      return part.build();
    }

    JsonObject json(boolean whole) {
      JsonObject.Builder item =
          JsonObject.builder()
              .put("id", id)
              .put("type", reasoning ? "reasoning" : "message")
              .put("status", whole ? "completed" : "in_progress")
              .put("content", JsonValue.of(whole ? List.of(content()) : List.of()));
      if (reasoning) {
        item.put("summary", JsonValue.of(List.of()));
      } else {
        item.put("role", "assistant");
      }
      return item.build();
    }
  }

  /**
   * @param asked the request
   */
  ResponseAnswer(String model, boolean stream, JsonObject asked) {
    this.model = model;
    this.stream = stream;
    this.asked = asked;
  }

  @Override
  public boolean onReasoning(String text) {
    return add(text, true);
  }

  @Override
  public boolean onAnswer(String text) {
    return add(text, false);
  }

  private boolean add(String text, boolean reasoning) {
    Item item = open;
    if (item == null || item.reasoning != reasoning) {
      close();
      item = new Item(Seeds.id(reasoning ? "rs_" : "msg_"), reasoning, new StringBuilder());
      open = item;
      told("response.output_item.added", at().put("item", item.json(false)));
      told("response.content_part.added", in(item).put("part", item.content()));
    }
    item.text.append(text);
    told(
        "response." + item.part() + ".delta",
        in(item).put("delta", text).put("logprobs", JsonValue.of(List.of())));
    return true;
  }

  /** What says where an event's item is. */
  private JsonObject.Builder at() {
    return JsonObject.builder().put("output_index", output.size());
  }

  private JsonObject.Builder in(Item item) {
    return at().put("item_id", item.id).put("content_index", 0);
  }

  private void told(String type, JsonObject.Builder event) {
    if (stream) {
      events.add(event.put("type", type).put("sequence_number", number++).build());
    }
  }

  private void close() {
    Item item = open;
    if (item == null) {
      return;
    }
    told(
        "response." + item.part() + ".done",
        in(item).put("text", item.text.toString()).put("logprobs", JsonValue.of(List.of())));
    told("response.content_part.done", in(item).put("part", item.content()));
    told("response.output_item.done", at().put("item", item.json(true)));
    output.add(item.json(true));
    open = null;
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String written) {
    close();
    for (ToolCall call : found) {
      String item = Seeds.id("fc_");
      JsonObject made =
          JsonObject.builder()
              .put("id", item)
              .put("type", "function_call")
              .put("status", "completed")
              .put("call_id", Seeds.id("call_"))
              .put("name", call.name())
              .put("arguments", call.arguments())
              .build();
      told(
          "response.output_item.added", at().put("item", made.with("arguments", JsonValue.of(""))));
      told(
          "response.function_call_arguments.delta",
          at().put("item_id", item).put("delta", call.arguments()));
      told(
          "response.function_call_arguments.done",
          at().put("item_id", item).put("name", call.name()).put("arguments", call.arguments()));
      told("response.output_item.done", at().put("item", made));
      output.add(made);
    }
    return true;
  }

  @Override
  public List<JsonObject> chunks() {
    if (!stream) {
      return List.of();
    }
    if (!begun) {
      begun = true;
      JsonObject response = response("in_progress", JsonValue.ofNull(), JsonValue.ofNull());
      told("response.created", JsonObject.builder().put("response", response));
      told("response.in_progress", JsonObject.builder().put("response", response));
    }
    List<JsonObject> now = List.copyOf(events);
    events.clear();
    return now;
  }

  /** The whole response; of a stream the last events, for {@link #last}. */
  @Override
  public JsonObject end(GenerationResult result, double loadMs) {
    close();
    boolean cut = result.finish() == FinishReason.LENGTH;
    JsonValue details =
        cut ? JsonObject.of("reason", JsonValue.of("max_output_tokens")) : JsonValue.ofNull();
    String status = cut ? "incomplete" : "completed";
    JsonObject response = response(status, details, usage(result));
    if (!stream) {
      return response;
    }
    told("response." + status, JsonObject.builder().put("response", response));
    return JsonObject.of(EVENTS, JsonValue.of(chunks()));
  }

  /** The last events of a stream. */
  static List<JsonObject> last(JsonObject end) {
    List<JsonObject> last = new ArrayList<>();
    if (end.get(EVENTS) instanceof JsonArray(List<JsonValue> all)) {
      all.forEach(event -> last.add((JsonObject) event));
    }
    return last;
  }

  private static JsonObject usage(GenerationResult result) {
    int output = result.tokens().length;
    return JsonObject.builder()
        .put("input_tokens", result.promptTokens())
        .put(
            "input_tokens_details",
            JsonObject.of("cached_tokens", JsonValue.of(result.cachedTokens())))
        .put("output_tokens", output)
        .put("output_tokens_details", JsonObject.of("reasoning_tokens", JsonValue.of(0)))
        .put("total_tokens", result.promptTokens() + output)
        .build();
  }

  private JsonValue asked(String option, JsonValue otherwise) {
    JsonValue value = asked.get(option);
    return value == null ? otherwise : value;
  }

  private JsonObject response(String status, JsonValue details, JsonValue usage) {
    JsonValue none = JsonValue.ofNull();
    JsonObject text = JsonObject.of("format", JsonObject.of("type", JsonValue.of("text")));
    return JsonObject.builder()
        .put("id", id)
        .put("object", "response")
        .put("created_at", created)
        .put("status", status)
        .put("error", none)
        .put("incomplete_details", details)
        .put("instructions", asked("instructions", none))
        .put("max_output_tokens", asked("max_output_tokens", none))
        .put("metadata", asked("metadata", JsonObject.empty()))
        .put("model", model)
        .put("output", JsonValue.of(List.copyOf(output)))
        .put("parallel_tool_calls", asked("parallel_tool_calls", JsonValue.of(true)))
        .put("previous_response_id", none)
        .put("store", false)
        .put("temperature", asked("temperature", none))
        .put("text", asked("text", text))
        .put("tool_choice", asked("tool_choice", JsonValue.of("auto")))
        .put("tools", asked("tools", JsonValue.of(List.of())))
        .put("top_p", asked("top_p", none))
        .put("truncation", "disabled")
        .put("usage", usage)
        .build();
  }
}
