package io.wasmchord.quant.format;

/**
 * A part of a block: {@code count} entries of {@code bits} bits each, from byte {@code at} on. How
 * packed entries are ordered is the decoder's to know.
 *
 * @param name as ggml or its readers call it, e.g. {@code d} or {@code quants}
 * @param kind what an entry is
 */
public record Field(String name, Kind kind, int at, int bits, int count) {
  /** What an entry is. */
  public enum Kind {
    /** A float32. */
    F32,
    /** A binary16. */
    F16,
    /** The upper half of a float32. */
    BF16,
    /** A power of two: 8 bits of exponent, as a float32 has them, and nothing else. */
    E8M0,
    /** An integer, or an index into a table, or bits of one. */
    INTEGER
  }

  static Field f32(String name, int at) {
    return new Field(name, Kind.F32, at, 32, 1);
  }

  static Field f16(String name, int at) {
    return new Field(name, Kind.F16, at, 16, 1);
  }

  static Field bf16(String name, int at) {
    return new Field(name, Kind.BF16, at, 16, 1);
  }

  static Field e8m0(String name, int at) {
    return new Field(name, Kind.E8M0, at, 8, 1);
  }

  static Field integers(String name, int at, int bits, int count) {
    return new Field(name, Kind.INTEGER, at, bits, count);
  }

  /** Bytes of all entries. */
  public int bytes() {
    return bits * count / 8;
  }
}
