package io.wasmchord.api;

import io.wasmchord.json.JsonValue;
import java.util.List;
import java.util.function.Predicate;

/**
 * An option of OpenAI's that cannot be met.
 *
 * @param harmless values that ask for nothing, which are let pass
 */
record Refusal(String option, String remedy, Predicate<JsonValue> harmless) {
  /** One of which no value is let pass. */
  static Refusal of(String option, String remedy) {
    return new Refusal(option, remedy, value -> false);
  }

  /** One of which only {@code value} is let pass. */
  static Refusal but(JsonValue value, String option, String remedy) {
    return new Refusal(option, remedy, Values.equalTo(value));
  }

  /** One of which an empty list or object is let pass. */
  static Refusal butEmpty(String option, String remedy) {
    return new Refusal(option, remedy, Values::isEmptyContainer);
  }

  static final List<Refusal> NONE = List.of();
}
