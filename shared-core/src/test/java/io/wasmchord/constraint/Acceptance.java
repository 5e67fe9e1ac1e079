package io.wasmchord.constraint;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Stacks;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Whether texts are of a language. */
final class Acceptance {
  private Acceptance() {}

  static boolean accepts(Language language, String text) {
    Automaton automaton = new Automaton(language.root());
    Stacks at = automaton.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = automaton.step(at, b & 0xFF);
    }
    return at.isComplete();
  }

  /** A value with numbers written out. */
  static String json(JsonValue value) {
    return switch (value) {
      case JsonValue.Decimal(double number) -> plain(number);
      case JsonArray array -> {
        StringJoiner all = new StringJoiner(",", "[", "]");
        array.elements().forEach(each -> all.add(json(each)));
        yield all.toString();
      }
      case JsonObject object -> {
        StringJoiner all = new StringJoiner(", ", "{", "}");
        object.forEach(
            (key, each) -> all.add(JsonWriter.json(JsonValue.of(key)) + ": " + json(each)));
        yield all.toString();
      }
      default -> JsonWriter.json(value);
    };
  }

  private static String plain(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    return exact.signum() == 0 ? "0" : exact.toPlainString();
  }
}
