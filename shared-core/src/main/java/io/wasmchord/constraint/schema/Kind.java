package io.wasmchord.constraint.schema;

/** The types of values, true and false apart. */
enum Kind {
  NULL(1),
  TRUE(2),
  FALSE(4),
  NUMBER(8),
  STRING(16),
  ARRAY(32),
  OBJECT(64);

  static final int ALL = 127;

  private final int bit;

  Kind(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }
}
