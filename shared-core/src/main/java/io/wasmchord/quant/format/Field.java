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
    /** A float of 4 bits of exponent and 3 of mantissa; the eighth, a sign, is ignored. */
    UE4M3,
    /** Four 16-bit words whose highest nibbles are a binary16, the lowest first. */
    F16_IN_NIBBLES,
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

  static Field ue4m3(String name, int at, int count) {
    return new Field(name, Kind.UE4M3, at, 8, count);
  }

  static Field f16InNibbles(String name, int at) {
    return new Field(name, Kind.F16_IN_NIBBLES, at, 16, 4);
  }

  static Field integers(String name, int at, int bits, int count) {
    return new Field(name, Kind.INTEGER, at, bits, count);
  }

  /** Bytes of all entries. */
  public int bytes() {
    return bits * count / 8;
  }
}
