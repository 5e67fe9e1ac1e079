package io.wasmchord.api;

import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.schema.PropertyOrder;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.ChordException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an answer must be: OpenAI's {@code response_format}, llama.cpp's {@code grammar}, the Prompt
 * API's {@code responseConstraint}.
 */
final class ResponseFormat {
  private static final String FORMAT = "response_format";
  private static final String CONSTRAINT = "responseConstraint";
  private static final String REGEXP = "$regexp";

  private ResponseFormat() {}

  /**
   * The language that a request names, or null.
   *
   * @throws ChordException when it cannot be read or enforced; the message says where
   */
  static @Nullable Language of(Fields fields) {
    Fields format =
        fields.fields(
            FORMAT, List.of("type", "json_schema", "structures", "triggers"), Refusal.NONE);
    String grammar = fields.source("grammar", "a grammar in GBNF");
    JsonValue constraint = fields.get(CONSTRAINT);
    boolean text = format != null && "text".equals(type(format));
    if (Stream.of(text ? null : format, grammar, constraint).filter(Objects::nonNull).count() > 1) {
      throw Fields.refuse(
          FORMAT + ", grammar and " + CONSTRAINT + " exclude each other; give one of them");
    }
    if (grammar != null) {
      return Language.grammar(grammar);
    }
    if (constraint != null) {
      return constraint(constraint);
    }
    return format == null || text ? null : language(format);
  }

  private static @Nullable String type(Fields format) {
    return format.choice("type", List.of("text", "json_object", "json_schema", "structural_tag"));
  }

  private static Language language(Fields format) {
    String type = type(format);
    if (type == null) {
      throw Fields.refuse(FORMAT + ".type is missing; it is 'json_schema', for one");
    }
    return switch (type) {
      case "json_object" -> Language.jsonObject(Whitespace.FLEXIBLE);
      case "structural_tag" -> tags(format);
      default -> schema(format);
    };
  }

  private static Language schema(Fields format) {
    Fields given =
        format.fields(
            "json_schema",
            List.of("name", "description", "schema", "strict", "whitespace", "property_order"),
            Refusal.NONE);
    JsonValue schema = given == null ? null : given.get("schema");
    if (given == null || schema == null) {
      throw Fields.refuse(FORMAT + ".json_schema.schema is missing");
    }
    SchemaOptions options = SchemaOptions.DEFAULT;
    String whitespace = given.choice("whitespace", List.of("none", "spaced", "flexible"));
    if (whitespace != null) {
      options = options.with(Whitespace.valueOf(whitespace.toUpperCase(Locale.ROOT)));
    }
    String order = given.choice("property_order", List.of("as_written", "free"));
    if (order != null) {
      options = options.with(PropertyOrder.valueOf(order.toUpperCase(Locale.ROOT)));
    }
    return Language.jsonSchema(schema, options.ignoringUnenforceable(!given.flag("strict", true)));
  }

  private static Language tags(Fields format) {
    List<Language.Part> parts =
        format.list("structures", "a list of { begin, schema, end }", ResponseFormat::part);
    List<String> triggers = format.list("triggers", "a list of texts", Fields::name);
    if (parts == null || triggers == null) {
      throw Fields.refuse(FORMAT + " of structural tags needs structures and triggers");
    }
    return Language.tagged(parts, triggers, false, false);
  }

  private static Language.Part part(String where, JsonValue value) {
    JsonObject part = value instanceof JsonObject object ? object : JsonObject.empty();
    JsonValue schema = part.get("schema");
    if (schema == null) {
      throw Fields.refuse(where, "an object with begin, schema and end", value);
    }
    return new Language.Part(
        Fields.name(where + ".begin", part.getOrNull("begin")),
        Language.jsonSchema(schema, SchemaOptions.DEFAULT),
        Fields.name(where + ".end", part.getOrNull("end")));
  }

  private static Language constraint(JsonValue value) {
    JsonObject object = value instanceof JsonObject given ? given : JsonObject.empty();
    if (object.get(REGEXP) instanceof JsonValue.Text(String pattern)) {
      JsonValue flags = object.get("flags");
      return Language.pattern(pattern, flags instanceof JsonValue.Text(String all) ? all : "");
    }
    if (!Values.isObject(value) && !(value instanceof JsonValue.Bool)) {
      throw Fields.refuse(CONSTRAINT, "a JSON schema or a RegExp", value);
    }
    return Language.jsonSchema(value, SchemaOptions.DEFAULT);
  }
}
