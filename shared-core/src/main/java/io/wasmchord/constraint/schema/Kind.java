package io.wasmchord.constraint.schema;

/** The types of values, true and false apart. */
enum Kind {
  NULL,
  TRUE,
  FALSE,
  NUMBER,
  STRING,
  ARRAY,
  OBJECT;

  static final int ALL = (1 << values().length) - 1;

  int bit() {
    return 1 << ordinal();
  }
}
