package io.wasmchord.web;

import io.wasmchord.api.AdapterChoice;
import io.wasmchord.api.AnswerHead;
import io.wasmchord.api.RequestContext;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as a page sends it, with what only the page knows.
 *
 * @param context the call's name, what the module meets itself, and random bits as a seed
 * @param id of the answer
 * @param created seconds since 1970
 * @param loadMs how long the model's load took
 * @param session that is to answer, or 0 for any
 * @param processes whether the page has a processor of its own for logits
 * @param journaled whether the page keeps a journal of the answer
 * @param request as an HTTP client would send it
 * @param lora the adapters that it chooses, or null
 */
record PageRequest(
    RequestContext context,
    String id,
    long created,
    double loadMs,
    int session,
    boolean processes,
    boolean journaled,
    JsonValue request,
    @Nullable List<AdapterChoice> lora) {
  static final String CHAT = "chat.completions.create";

  /**
   * The request of {@code {"call", "options", "random", "id", "created", "load_ms", "processes",
   * "journaled", "request"}}, and where adapters are chosen {@code "lora"}.
   *
   * @throws InvalidRequestException when {@code json} is something else
   */
  static PageRequest parse(String json) {
    return of(object(json));
  }

  private static JsonObject object(String json) {
    if (JsonReader.parse(json) instanceof JsonObject sent) {
      return sent;
    }
    throw wrong("object");
  }

  /**
   * A request that is gone on with.
   *
   * @param begun as it was sent at first
   * @param now {@code {"load_ms", "session", "processes"}} as they are now, and {@code "stream"} if
   *     it is to be other than it was
   * @throws InvalidRequestException when the page now lacks what the answer depends on
   */
  static PageRequest resumed(String begun, String now) {
    JsonObject sent = object(begun);
    JsonObject other = object(now);
    for (String key : List.of("load_ms", "session", "processes")) {
      if (key.equals("processes") && !other.getOrNull(key).equals(sent.getOrNull(key))) {
        throw new InvalidRequestException(
            "this answer was begun "
                + (JsonValue.of(true).equals(sent.get(key)) ? "with" : "without")
                + " a logitsProcessor; go on with the same");
      }
      sent = other.get(key) == null ? sent.without(key) : sent.with(key, other.getOrNull(key));
    }
    JsonValue stream = other.get("stream");
    if (stream != null && sent.getOrNull("request") instanceof JsonObject request) {
      sent = sent.with("request", request.with("stream", stream));
    }
    PageRequest page = of(sent);
    if (page.session != 0 && !page.context.call().equals(CHAT)) {
      throw new InvalidRequestException(
          "this answer is of " + page.context.call() + "; a session goes on with " + CHAT);
    }
    return page;
  }

  private static PageRequest of(JsonObject sent) {
    JsonValue lora = sent.get("lora");
    RequestContext context =
        new RequestContext(text(sent, "call"), options(sent), (long) number(sent, "random"));
    return new PageRequest(
        context,
        text(sent, "id"),
        (long) number(sent, "created"),
        number(sent, "load_ms"),
        sent.get("session") == null ? 0 : (int) number(sent, "session"),
        JsonValue.of(true).equals(sent.get("processes")),
        JsonValue.of(true).equals(sent.get("journaled")),
        sent.getOrNull("request"),
        lora == null ? null : AdapterChoice.list("lora", lora));
  }

  private static List<String> options(JsonObject sent) {
    return sent.get("options") instanceof JsonArray array
        ? array.elements().stream().map(one -> text(one, "options")).toList()
        : List.of();
  }

  private static String text(JsonObject sent, String key) {
    return text(sent.get(key), key);
  }

  private static String text(@Nullable JsonValue value, String key) {
    if (value instanceof JsonValue.Text(String text)) {
      return text;
    }
    throw wrong(key);
  }

  private static double number(JsonObject sent, String key) {
    return switch (sent.get(key)) {
      case JsonValue.Int(long whole) -> whole;
      case JsonValue.Decimal(double real) -> real;
      case null, default -> throw wrong(key);
    };
  }

  private static InvalidRequestException wrong(String key) {
    return new InvalidRequestException(
        "the module sent no " + key + "; its files are of different versions: reload the page");
  }

  /** The head of the answer, by a model called {@code model}. */
  AnswerHead head(String model) {
    return new AnswerHead(id, created, model);
  }
}
