package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.speculation.SpeculationOptions;
import io.wasmchord.session.speculation.SpeculationOptions.Kind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether tokens are proposed ahead of the model: {@code speculation} and {@code prediction}. */
final class SpeculationFields {
  private static final String OPTION = "speculation";
  private static final String PREDICTION = "prediction";
  private static final String CONTENT = "content";

  static final List<String> KNOWN = List.of(OPTION, PREDICTION);

  private static final List<String> KINDS = List.of("lookup", "draft", "off");

  private SpeculationFields() {}

  static SpeculationOptions of(Fields fields) {
    String prediction = prediction(fields);
    SpeculationOptions options = options(fields, prediction == null ? Kind.OFF : Kind.LOOKUP);
    if (prediction == null) {
      return options;
    }
    if (options.kind() == Kind.DRAFT) {
      throw Fields.refuse(
          "prediction is looked up, and speculation is 'draft'; leave one of them out, or set"
              + " speculation to 'lookup'");
    }
    return options.withPrediction(prediction);
  }

  private static SpeculationOptions options(Fields fields, Kind otherwise) {
    JsonValue value = fields.get(OPTION);
    if (value != null && Values.isObject(value)) {
      Fields parts = fields.fields(OPTION, List.of("kind", "ngram", "tokens"), Refusal.NONE);
      SpeculationOptions usual = SpeculationOptions.LOOKUP;
      return parts == null
          ? usual
          : new SpeculationOptions(
              kind(parts.choice("kind", KINDS), Kind.LOOKUP),
              number(parts, "ngram", SpeculationOptions.MOST_NGRAM, usual.ngram()),
              number(parts, "tokens", SpeculationOptions.MOST_TOKENS, usual.tokens()),
              "");
    }
    return SpeculationOptions.of(kind(fields.choice(OPTION, KINDS), otherwise));
  }

  private static int number(Fields fields, String option, int most, int otherwise) {
    Long given = fields.whole(option, 1, most);
    return given == null ? otherwise : given.intValue();
  }

  private static Kind kind(@Nullable String word, Kind otherwise) {
    return word == null ? otherwise : Kind.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** OpenAI's shape: a text, or parts of one. */
  private static @Nullable String prediction(Fields fields) {
    Fields given = fields.fields(PREDICTION, List.of("type", CONTENT), Refusal.NONE);
    if (given == null) {
      return null;
    }
    given.choice("type", CONTENT, List.of(CONTENT));
    JsonValue content = given.need(CONTENT, CONTENT);
    String where = PREDICTION + "." + CONTENT;
    if (content instanceof JsonValue.Text(String text)) {
      return text;
    }
    if (content instanceof JsonArray parts) {
      return String.join("", Fields.list(where, parts, SpeculationFields::part));
    }
    throw Fields.refuse(where, "a text, or a list of parts of type \"text\"", content);
  }

  private static String part(String where, JsonValue value) {
    if (value instanceof JsonObject part
        && part.getOrNull("type").equals(JsonValue.of("text"))
        && part.getOrNull("text") instanceof JsonValue.Text(String text)) {
      return text;
    }
    throw Fields.refuse(where, "a part of type \"text\"", value);
  }
}
