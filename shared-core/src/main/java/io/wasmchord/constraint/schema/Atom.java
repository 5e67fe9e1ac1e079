package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import org.jspecify.annotations.Nullable;

/** Something that is said of values of one type; of others it says nothing. */
sealed interface Atom {
  /** It is of one of these types: bits of {@link Kind}. */
  record Type(int kinds) implements Atom {}

  /**
   * A number is written so.
   *
   * @param yes how it is written where this holds
   * @param no how it is written where this does not
   */
  record Digits(Dfa yes, Dfa no) implements Atom {}

  /** A string is one of these. */
  record Text(Dfa texts) implements Atom {}

  /** A string has so many characters. */
  record Length(int least, int most) implements Atom {}

  /** An array has so many elements. */
  record Size(int least, int most) implements Atom {}

  /** An array's element at {@code index} is of {@code schema}, if there is one. */
  record Element(int index, Formula schema) implements Atom {}

  /** An array's elements from {@code from} on are. */
  record Rest(int from, Formula schema) implements Atom {}

  /** Of an array's elements from {@code from} on, so many are. */
  record Contains(int from, Formula schema, int least, int most) implements Atom {}

  /**
   * An object has so many properties.
   *
   * @param at where the schema says so, for messages
   */
  record Count(int least, int most, String at) implements Atom {}

  /** The values of an object's properties of these names are of {@code schema}. */
  record Every(Names names, Formula schema) implements Atom {}

  /** An object has a property of one of these names, whose value is of {@code schema}. */
  record Some(Names names, Formula schema) implements Atom {}

  /** No limit. */
  int NO_LIMIT = Integer.MAX_VALUE;

  /** The type that it says something of; null where it is of all. */
  default @Nullable Kind kind() {
    return switch (this) {
      case Type type -> null;
      case Digits digits -> Kind.NUMBER;
      case Text text -> Kind.STRING;
      case Length length -> Kind.STRING;
      case Size size -> Kind.ARRAY;
      case Element element -> Kind.ARRAY;
      case Rest rest -> Kind.ARRAY;
      case Contains contains -> Kind.ARRAY;
      case Count count -> Kind.OBJECT;
      case Every every -> Kind.OBJECT;
      case Some some -> Kind.OBJECT;
    };
  }
}
