package io.wasmchord.constraint.schema;

import org.jspecify.annotations.Nullable;

/** The versions of JSON Schema that are read. */
enum Draft {
  DRAFT_7,
  DRAFT_2020_12;

  /** The draft that {@code $schema} names, or null. */
  static @Nullable Draft named(String schema) {
    String address = schema.endsWith("#") ? schema.substring(0, schema.length() - 1) : schema;
    return switch (address) {
      case "http://json-schema.org/draft-07/schema",
          "https://json-schema.org/draft-07/schema",
          "http://json-schema.org/draft-06/schema" ->
          DRAFT_7;
      case "https://json-schema.org/draft/2020-12/schema",
          "https://json-schema.org/draft/2019-09/schema" ->
          DRAFT_2020_12;
      default -> null;
    };
  }
}
