package io.wasmchord.json;

import java.util.List;

/** Writes values as JSON, on one line, as Python's {@code json.dumps} does. */
public final class JsonWriter implements JsonLayout.Output {
  private final StringBuilder out = new StringBuilder();
  private final JsonLayout layout = new JsonLayout(JsonLayout.Style.LINE, this);

  private JsonWriter() {}

  /** {@code value} as JSON. */
  public static String json(JsonValue value) {
    JsonWriter writer = new JsonWriter();
    writer.write(value);
    return writer.out.toString();
  }

  @Override
  public void put(String json) {
    out.append(json);
  }

  /** Whoever has the values has room for their text. */
  @Override
  public void fits(long length) {}

  private void write(JsonValue value) {
    switch (value) {
      case JsonValue.Null none -> put("null");
      case JsonValue.Bool(boolean b) -> put(Boolean.toString(b));
      case JsonValue.Int(long i) -> put(Long.toString(i));
      case JsonValue.Decimal(double d) -> put(decimal(d));
      case JsonValue.Text(String text) -> put(layout.quoted(text));
      case JsonArray(List<JsonValue> elements) when elements.isEmpty() -> put("[]");
      case JsonArray(List<JsonValue> elements) -> array(elements);
      case JsonObject object when object.size() == 0 -> put("{}");
      case JsonObject object -> object(object);
    }
  }

  private void array(List<JsonValue> elements) {
    layout.open("[");
    for (int i = 0; i < elements.size(); i++) {
      layout.next(i == 0);
      write(elements.get(i));
    }
    layout.close("]");
  }

  private void object(JsonObject object) {
    layout.open("{");
    for (int i = 0; i < object.size(); i++) {
      layout.next(i == 0);
      String key = object.keys().get(i);
      put(layout.quoted(key));
      layout.colon();
      write(object.getOrNull(key));
    }
    layout.close("}");
  }

  /** JSON has no infinity, but numbers that are read as it; what is no number is null. */
  private static String decimal(double d) {
    if (Double.isNaN(d)) {
      return "null";
    }
    return Double.isInfinite(d) ? d > 0 ? "1e999" : "-1e999" : Decimals.shortest(d);
  }
}
