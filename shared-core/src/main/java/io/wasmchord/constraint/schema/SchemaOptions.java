package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.text.Notation;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.json.JsonValue;
import java.util.Map;

/**
 * How a schema is enforced.
 *
 * @param whitespace where there may be whitespace
 * @param order in which order properties come
 * @param formats whether the formats of strings are enforced
 * @param ignoreUnenforceable whether keywords that cannot be enforced are left out, where they are
 *     an error otherwise
 * @param documents further schemas by their addresses, for {@code $ref}
 * @param notation how values are written
 */
public record SchemaOptions(
    Whitespace whitespace,
    PropertyOrder order,
    boolean formats,
    boolean ignoreUnenforceable,
    Map<String, JsonValue> documents,
    Notation notation) {
  /** What holds where nothing is said. */
  public static final SchemaOptions DEFAULT =
      new SchemaOptions(
          Whitespace.FLEXIBLE, PropertyOrder.AS_WRITTEN, true, false, Map.of(), Notation.JSON);

  public SchemaOptions {
    documents = Map.copyOf(documents);
  }

  /** With whitespace elsewhere. */
  public SchemaOptions with(Whitespace other) {
    return new SchemaOptions(other, order, formats, ignoreUnenforceable, documents, notation);
  }

  /** With properties in another order. */
  public SchemaOptions with(PropertyOrder other) {
    return new SchemaOptions(whitespace, other, formats, ignoreUnenforceable, documents, notation);
  }

  /** With formats enforced or not. */
  public SchemaOptions withFormats(boolean enforced) {
    return new SchemaOptions(whitespace, order, enforced, ignoreUnenforceable, documents, notation);
  }

  /** With keywords left out that cannot be enforced, or not. */
  public SchemaOptions ignoringUnenforceable(boolean ignored) {
    return new SchemaOptions(whitespace, order, formats, ignored, documents, notation);
  }

  /** With further schemas. */
  public SchemaOptions withDocuments(Map<String, JsonValue> others) {
    return new SchemaOptions(whitespace, order, formats, ignoreUnenforceable, others, notation);
  }

  /** With values in another notation. */
  public SchemaOptions with(Notation other) {
    return new SchemaOptions(whitespace, order, formats, ignoreUnenforceable, documents, other);
  }
}
