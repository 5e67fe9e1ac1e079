package io.wasmchord.constraint;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.schema.JsonSchema;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.AnyJson;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.json.JsonValue;

/** The texts that an answer may be. Immutable, and safe for concurrent use. */
public final class Language {
  private final Frame root;

  private Language(Frame root) {
    this.root = root;
  }

  /** Any JSON object. */
  public static Language jsonObject(Whitespace whitespace) {
    return new Language(new AnyJson(whitespace, true));
  }

  /** Any JSON value. */
  public static Language json(Whitespace whitespace) {
    return new Language(new AnyJson(whitespace, false));
  }

  /**
   * What a JSON schema allows.
   *
   * @throws io.wasmchord.errors.UnenforceableSchemaException when a keyword cannot be enforced, or
   *     no value is allowed
   * @throws io.wasmchord.errors.ConstraintLimitException when there are too many cases
   */
  public static Language jsonSchema(JsonValue schema, SchemaOptions options) {
    return new Language(JsonSchema.frame(schema, options));
  }

  Frame root() {
    return root;
  }
}
