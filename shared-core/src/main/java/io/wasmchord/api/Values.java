package io.wasmchord.api;

import io.wasmchord.json.Decimals;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the values of a request are, and how messages show them. */
final class Values {
  /**
   * The only key of an object that stands for a value which JSON cannot say, such as a function of
   * JavaScript's; under it is how messages show the value. No option takes one.
   */
  private static final String UNWRITABLE = "$unwritable";

  private static final int SHOWN = 60; // characters of a value in a message
  private static final int NAMES = 5; // of an object's keys
  private static final double WRITTEN_OUT = 1e16; // from here on all are whole, with an exponent

  private Values() {}

  private static @Nullable String unwritable(JsonValue value) {
    return value instanceof JsonObject object
            && object.size() == 1
            && object.get(UNWRITABLE) instanceof JsonValue.Text(String shown)
        ? shown
        : null;
  }

  static boolean isObject(JsonValue value) {
    return value instanceof JsonObject && unwritable(value) == null;
  }

  static boolean isEmptyContainer(JsonValue value) {
    return (value instanceof JsonObject || value instanceof JsonArray) && value.isEmpty();
  }

  /** A number's value, or null for what is none. */
  static @Nullable Double number(JsonValue value) {
    return switch (value) {
      case JsonValue.Int(long whole) -> (double) whole;
      case JsonValue.Decimal(double real) -> real;
      default -> null;
    };
  }

  /** Whether a number has no fraction; infinity has none. */
  static boolean isWhole(double number) {
    return Math.abs(number) >= WRITTEN_OUT || number == (long) number;
  }

  /** Values that mean the same: 1 and 1.0 do. */
  static Predicate<JsonValue> equalTo(JsonValue wanted) {
    Double number = number(wanted);
    return number == null ? wanted::equals : value -> number.equals(number(value));
  }

  /** Any value as a message shows it. */
  static String shown(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(String text) -> JsonWriter.json(JsonValue.of(cut(text)));
      case JsonArray(var elements) ->
          elements.isEmpty() ? "an empty list" : "a list of " + elements.size();
      case JsonValue.Decimal(double real) -> shown(real);
      case JsonObject object -> shown(object);
      default -> JsonWriter.json(value);
    };
  }

  private static String shown(JsonObject object) {
    String foreign = unwritable(object);
    if (foreign != null) {
      return cut(foreign);
    }
    String names =
        String.join(", ", object.keys().subList(0, Math.min(NAMES, object.keys().size())));
    return names.isEmpty() ? "an empty object" : "an object with " + cut(names);
  }

  /** A number without needless digits: 100 and 0.001. */
  static String shown(double number) {
    boolean whole = isWhole(number) && Math.abs(number) < WRITTEN_OUT;
    if (whole) {
      return Long.toString((long) number);
    }
    return Double.isInfinite(number) || Double.isNaN(number)
        ? Double.toString(number)
        : Decimals.shortest(number);
  }

  private static String cut(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
  }
}
