package io.wasmchord.constraint.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a value must be. Made by {@link Formulas}, which gives equal ones once. */
final class Formula {
  /** How parts are put together. */
  enum Op {
    TRUE,
    FALSE,
    /** An atom. */
    ATOM,
    /** A schema that stands elsewhere. */
    SCHEMA,
    /** The only part does not hold: an atom, a schema, or one of several. */
    NOT,
    AND,
    OR,
    /** Just one part holds. */
    ONE_OF
  }

  private final int id;
  private final Op op;
  private final List<Formula> parts;
  private final @Nullable Object leaf;

  Formula(int id, Op op, List<Formula> parts, @Nullable Object leaf) {
    this.id = id;
    this.op = op;
    this.parts = parts;
    this.leaf = leaf;
  }

  int id() {
    return id;
  }

  Op op() {
    return op;
  }

  boolean isTrue() {
    return op == Op.TRUE;
  }

  boolean isFalse() {
    return op == Op.FALSE;
  }

  List<Formula> parts() {
    return parts;
  }

  Atom atom() {
    if (leaf instanceof Atom atom) {
      return atom;
    }
    throw new IllegalStateException("no atom");
  }

  Place place() {
    if (leaf instanceof Place place) {
      return place;
    }
    throw new IllegalStateException("no schema");
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
