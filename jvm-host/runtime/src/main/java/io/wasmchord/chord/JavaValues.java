package io.wasmchord.chord;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of Java's own classes as JSON, and back. */
final class JavaValues {
  private JavaValues() {}

  /**
   * JSON of a value.
   *
   * @param what names it in messages
   * @throws InvalidRequestException when it has none
   */
  static JsonValue json(String what, @Nullable Object value) {
    return switch (value) {
      case null -> JsonValue.ofNull();
      case JsonValue json -> json;
      case String text -> JsonValue.of(text);
      case Boolean flag -> JsonValue.of(flag);
      case Integer number -> JsonValue.of(number.longValue());
      case Long number -> JsonValue.of(number.longValue());
      case Float number -> decimal(what, number.doubleValue());
      case Double number -> decimal(what, number);
      case List<?> list -> {
        List<JsonValue> all = new ArrayList<>();
        list.forEach(each -> all.add(json(what, each)));
        yield JsonValue.of(all);
      }
      case Map<?, ?> map -> {
        JsonObject.Builder all = JsonObject.builder();
        map.forEach((key, each) -> all.put(String.valueOf(key), json(what + "." + key, each)));
        yield all.build();
      }
      default ->
          throw new InvalidRequestException(
              what
                  + " is a "
                  + value.getClass().getName()
                  + "; give a text, a number, true or false, a list or a map");
    };
  }

  private static JsonValue decimal(String what, double number) {
    if (!Double.isFinite(number)) {
      throw new InvalidRequestException(what + " is " + number + "; give a finite number");
    }
    return JsonValue.of(number);
  }

  /** A value of JSON as Java's collections have it: maps, lists, texts, numbers. */
  static @Nullable Object java(JsonValue json) {
    return switch (json) {
      case JsonValue.Null _ -> null;
      case JsonValue.Bool(boolean flag) -> flag;
      case JsonValue.Int(long number) -> number;
      case JsonValue.Decimal(double number) -> number;
      case JsonValue.Text(String text) -> text;
      case JsonArray array -> {
        List<@Nullable Object> all = new ArrayList<>();
        array.elements().forEach(each -> all.add(java(each)));
        yield all;
      }
      case JsonObject object -> {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        object.forEach((key, each) -> all.put(key, java(each)));
        yield all;
      }
    };
  }
}
