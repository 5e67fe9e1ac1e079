package io.wasmchord.constraint.schema;

/** In which order the properties of an object come. */
public enum PropertyOrder {
  /** As the schema lists them; those that it does not list come last. */
  AS_WRITTEN,
  /** In any. */
  FREE
}
