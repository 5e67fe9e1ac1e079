package io.wasmchord.web;

import io.wasmchord.errors.ChordException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a step tells the worker, by request. */
final class Told {
  private static final String CHUNKS = "chunks";

  private final Map<Integer, JsonObject> requests = new LinkedHashMap<>();

  /** Adds something of a request, which is told beside what was told of it before. */
  void put(int request, String key, JsonValue value) {
    requests.put(request, requests.getOrDefault(request, JsonObject.empty()).with(key, value));
  }

  void putAll(int request, JsonObject values) {
    values.forEach((key, value) -> put(request, key, value));
  }

  /** Appends to the chunks that are told of a request. */
  void chunks(int request, List<JsonObject> more) {
    append(request, CHUNKS, more);
  }

  /** Appends to a list that is told of a request. */
  void append(int request, String key, List<JsonObject> more) {
    List<JsonValue> all = new ArrayList<>(more);
    JsonObject told = requests.get(request);
    if (told != null && told.get(key) instanceof JsonArray before) {
      all.addAll(0, before.elements());
    }
    put(request, key, JsonValue.of(all));
  }

  void error(int request, RuntimeException e) {
    put(request, "error", error(e));
  }

  /** An error as {@code {"code", "message"}}. */
  static JsonObject error(RuntimeException e) {
    return e instanceof ChordException known
        ? error(known.code(), String.valueOf(e.getMessage()))
        : error("internal", e.getClass().getName() + ": " + e.getMessage());
  }

  private static JsonObject error(String code, String message) {
    return JsonObject.builder().put("code", code).put("message", message).build();
  }

  /** A list with an object for each request that there is something of. */
  JsonValue json() {
    List<JsonValue> all = new ArrayList<>();
    requests.forEach(
        (request, told) -> all.add(JsonObject.builder().put("id", request).putAll(told).build()));
    return JsonValue.of(all);
  }
}
