package io.wasmchord.constraint.schema;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** A schema where it stands. Made by {@link SchemaDocuments}, one for each place. */
final class Place {
  private final int id;
  private final int document;
  private final String pointer;
  private final JsonValue value;
  private final String base;
  private final Draft draft;

  /**
   * @param document a number of the document
   * @param pointer from the document's root
   * @param base the address that references are resolved against
   */
  Place(int id, int document, String pointer, JsonValue value, String base, Draft draft) {
    this.id = id;
    this.document = document;
    this.pointer = pointer;
    this.value = value;
    this.base = base;
    this.draft = draft;
  }

  int document() {
    return document;
  }

  String pointer() {
    return pointer;
  }

  JsonValue value() {
    return value;
  }

  String base() {
    return base;
  }

  Draft draft() {
    return draft;
  }

  /** A keyword's value, or null. */
  @Nullable JsonValue get(String keyword) {
    return value instanceof JsonObject object ? object.get(keyword) : null;
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }
}
