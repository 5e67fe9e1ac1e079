package io.wasmchord.chat;

import io.wasmchord.constraint.schema.JsonSchema;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tool's arguments must be.
 *
 * @param address where its schema is found by others
 * @param schema of the arguments
 * @param strict whether all of it must be enforced
 */
record ToolSchema(String name, String address, JsonObject schema, boolean strict) {
  /** What a name must not have in it, wherever a family writes names without quotes. */
  private static final String NO_NAME = " \t\r\n<>()[]{}\"'`=:,;/\\";

  private static final String REF = "$ref";
  private static final JsonObject OBJECT = JsonObject.of("type", JsonValue.of("object"));
  private static final JsonObject NOTHING =
      OBJECT.with("additionalProperties", JsonValue.of(false));

  /** A tool's parameter, where each is written on its own. */
  record Parameter(String name, boolean required, JsonObject schema) {}

  /** The tools among {@code offered} that may be called. */
  static List<ToolSchema> of(OfferedTools offered, ToolChoice choice) {
    List<ToolSchema> all = new ArrayList<>();
    for (String name : offered.names()) {
      if (choice.names().isEmpty() || choice.names().contains(name)) {
        JsonObject given = offered.schema(name);
        all.add(
            new ToolSchema(
                    name,
                    "tool:/" + all.size(),
                    given == null ? NOTHING : given,
                    offered.strict(name))
                .checked());
      }
    }
    return all;
  }

  /** How its schema is read; those of {@code all} are found. */
  static SchemaOptions options(List<ToolSchema> all) {
    Map<String, JsonValue> documents = new HashMap<>();
    all.forEach(tool -> documents.put(tool.address, tool.schema));
    return SchemaOptions.DEFAULT.ignoringUnenforceable(true).withDocuments(documents);
  }

  /** An object as the schema allows it. */
  JsonObject reference() {
    return OBJECT.with(REF, JsonValue.of(address));
  }

  /** It, if all of it can be enforced that must; what need not be and cannot is any object. */
  private ToolSchema checked() {
    try {
      JsonSchema.frame(reference(), options(List.of(this)).ignoringUnenforceable(!strict));
      return this;
    } catch (UnenforceableSchemaException | ConstraintLimitException e) {
      if (strict) {
        throw refused(e);
      }
      return new ToolSchema(name, address, OBJECT, false);
    }
  }

  private ChordException refused(ChordException e) {
    String where = "the tool '" + name + "' is strict, and its schema cannot be enforced; ";
    return e instanceof UnenforceableSchemaException u
        ? new UnenforceableSchemaException(
            u.keyword(), u.pointer(), where + e.getMessage() + "; leave the keyword or strict out")
        : new ConstraintLimitException(where + e.getMessage());
  }

  /** Whether {@code name} can be written without quotes. */
  static boolean isPlain(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && NO_NAME.indexOf(c) < 0);
  }

  /**
   * Its parameters, each on its own, in each of the ways that its schema allows.
   *
   * @throws InvalidRequestException when it is strict, and says more than can be enforced so
   */
  List<List<Parameter>> parameters() {
    return new ApartArguments(this).all().stream().map(this::parameters).toList();
  }

  private List<Parameter> parameters(ApartArguments.Alternative alternative) {
    List<Parameter> parameters = new ArrayList<>();
    alternative
        .schemas()
        .forEach((each, schemas) -> {
          boolean needed = alternative.required().contains(each);
          if (isPlain(each)) {
            parameters.add(new Parameter(each, needed, allOf(schemas)));
          } else if (needed) {
            throw unwritable(each, "its name has characters that mean something else there");
          }
        });
    return parameters;
  }

  private static JsonObject allOf(List<JsonObject> schemas) {
    return switch (schemas.size()) {
      case 0 -> JsonObject.empty();
      case 1 -> schemas.getFirst();
      default -> JsonObject.of("allOf", JsonValue.of(schemas));
    };
  }

  InvalidRequestException unwritable(String parameter, String why) {
    return new InvalidRequestException(
        "the parameter '"
            + parameter
            + "' of the tool '"
            + name
            + "' is required, and cannot be written as this model writes arguments: "
            + why);
  }
}
