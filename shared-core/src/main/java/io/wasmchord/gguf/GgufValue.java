package io.wasmchord.gguf;

import java.util.List;

/** A metadata value. Arrays of numbers are kept in one Java array, not boxed. */
public sealed interface GgufValue {
  /** What the file calls the value's type. */
  GgufType type();

  /** Any of the integer types; unsigned 64-bit values are kept as their two's complement. */
  record Int(GgufType type, long value) implements GgufValue {}

  /** A float32 or float64. */
  record Real(GgufType type, double value) implements GgufValue {}

  record Bool(boolean value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.BOOL;
    }
  }

  record Text(String value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.STRING;
    }
  }

  /** An array of an integer type or of booleans (0 and 1). */
  record Ints(GgufType element, long[] values) implements Array {
    @Override
    public int length() {
      return values.length;
    }
  }

  /** An array of float32 or float64. */
  record Reals(GgufType element, double[] values) implements Array {
    @Override
    public int length() {
      return values.length;
    }
  }

  record Texts(List<String> values) implements Array {
    public Texts {
      values = List.copyOf(values);
    }

    @Override
    public GgufType element() {
      return GgufType.STRING;
    }

    @Override
    public int length() {
      return values.size();
    }
  }

  /** An array of arrays. */
  record Arrays(List<GgufValue> values) implements Array {
    public Arrays {
      values = List.copyOf(values);
    }

    @Override
    public GgufType element() {
      return GgufType.ARRAY;
    }

    @Override
    public int length() {
      return values.size();
    }
  }

  /** What all arrays have. */
  sealed interface Array extends GgufValue {
    GgufType element();

    int length();

    @Override
    default GgufType type() {
      return GgufType.ARRAY;
    }
  }
}
