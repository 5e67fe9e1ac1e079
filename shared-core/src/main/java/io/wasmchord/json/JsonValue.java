package io.wasmchord.json;

import java.util.Collections;
import java.util.List;

/** A value as JSON has it. Immutable; equal values are written alike. */
public sealed interface JsonValue
    permits JsonValue.Null,
        JsonValue.Bool,
        JsonValue.Int,
        JsonValue.Decimal,
        JsonValue.Text,
        JsonArray,
        JsonObject {
  record Null() implements JsonValue {}

  record Bool(boolean value) implements JsonValue {}

  /** A number written without point and exponent that fits 64 bits. */
  record Int(long value) implements JsonValue {}

  /** Any other number. */
  record Decimal(double value) implements JsonValue {}

  record Text(String value) implements JsonValue {}

  static JsonValue ofNull() {
    return new Null();
  }

  static JsonValue of(boolean value) {
    return new Bool(value);
  }

  static JsonValue of(long value) {
    return new Int(value);
  }

  static JsonValue of(double value) {
    return new Decimal(value);
  }

  static JsonValue of(String value) {
    return new Text(value);
  }

  static JsonArray of(List<? extends JsonValue> elements) {
    return new JsonArray(Collections.unmodifiableList(elements));
  }

  /** Whether it says nothing: null, false, zero, or an empty text, array or object. */
  default boolean isEmpty() {
    return switch (this) {
      case Null none -> true;
      case Bool(boolean b) -> !b;
      case Int(long i) -> i == 0;
      case Decimal(double d) -> d == 0;
      case Text(String t) -> t.isEmpty();
      case JsonArray array -> array.elements().isEmpty();
      case JsonObject object -> object.size() == 0;
    };
  }

  /** JSON Schema's name of its type. */
  default String type() {
    return switch (this) {
      case Null none -> "null";
      case Bool b -> "boolean";
      case Int i -> "integer";
      case Decimal d -> "number";
      case Text t -> "string";
      case JsonArray array -> "array";
      case JsonObject object -> "object";
    };
  }
}
