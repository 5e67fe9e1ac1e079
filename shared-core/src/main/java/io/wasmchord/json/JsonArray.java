package io.wasmchord.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A list of values. */
public record JsonArray(List<JsonValue> elements) implements JsonValue {
  /** Copies {@code elements}. */
  public JsonArray {
    elements = Collections.unmodifiableList(new ArrayList<>(elements));
  }

  /** An array of whole numbers. */
  public static JsonArray of(int... values) {
    return JsonValue.of(Arrays.stream(values).mapToObj(JsonValue::of).toList());
  }
}
