package io.wasmchord.jvm.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register width, chosen once when the class is loaded, and what follows from it. A group of
 * {@link #ROWS} output rows is two vectors of 32-bit lanes, a lane a row.
 *
 * <p>Vectors that are used over and over are constants here: a broadcast inside a loop costs the
 * compiler more of its budget for inlining than the loop has.
 */
final class Lanes {
  /** All memory of the process: addresses are checked where they are made, not at every load. */
  static final MemorySegment ALL = Width.ALL;

  static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(VectorSupport.bits()));
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHORTS.vectorShape());
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHORTS.vectorShape());

  /** 32-bit lanes: rows in a vector. */
  static final int LANES = Width.LANES;

  /** Output rows in a group: two vectors; also the 16-bit lanes of a vector. */
  static final int ROWS = Width.ROWS;

  /** Bytes of a vector. */
  static final int BYTES = Width.BYTES;

  /** How far {@link #signedBytes} and {@link #octets} may read beyond their lanes. */
  static final int OVERREAD = Width.OVERREAD;

  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));
  private static final VectorSpecies<Byte> QUANTS =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * (LANES + OVERREAD)));

  static final ShortVector SHORTS_15 = ShortVector.broadcast(SHORTS, 15);
  static final IntVector BYTES_15 = IntVector.broadcast(INTS, 0x0F0F0F0F);
  static final ShortVector SHORTS_3 = ShortVector.broadcast(SHORTS, 3);
  static final IntVector INTS_1 = IntVector.broadcast(INTS, 1);
  static final IntVector INTS_3 = IntVector.broadcast(INTS, 3);
  static final IntVector INTS_15 = IntVector.broadcast(INTS, 15);
  static final IntVector INTS_255 = IntVector.broadcast(INTS, 255);
  private static final IntVector HALF_MAGNITUDE = IntVector.broadcast(INTS, 0x7FFF);
  private static final IntVector HALF_SIGN = IntVector.broadcast(INTS, 0x8000);
  private static final IntVector HALF_EXPONENT = IntVector.broadcast(INTS, 0x7C00);
  private static final IntVector FLOAT_EXPONENT = IntVector.broadcast(INTS, 0x7F800000);
  private static final IntVector FINITE = IntVector.broadcast(INTS, 0x8FFFE000);
  private static final IntVector LOW = IntVector.broadcast(INTS, 0xFFFF);
  private static final FloatVector REBIAS = FloatVector.broadcast(FLOATS, 0x1p112f);

  private Lanes() {}

  static ShortVector shorts(long address) {
    return ShortVector.fromMemorySegment(SHORTS, ALL, address, LITTLE);
  }

  static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address, LITTLE);
  }

  static FloatVector floats(long address) {
    return FloatVector.fromMemorySegment(FLOATS, ALL, address, LITTLE);
  }

  static IntVector shr(IntVector v, int bits) {
    return v.lanewise(VectorOperators.LSHR, bits);
  }

  static ShortVector shr(ShortVector v, int bits) {
    return v.lanewise(VectorOperators.LSHR, bits);
  }

  /**
   * Takes {@code bias}, at most 128, from four bytes of 0 to 127 each, without a borrow between
   * them.
   */
  static IntVector lessBytes(IntVector bytes, int bias) {
    return bytes.add((0x80 - bias) * 0x01010101).lanewise(VectorOperators.XOR, 0x80808080);
  }

  /** The sums of neighbouring 16-bit lanes. */
  static IntVector pairSums(ShortVector v) {
    IntVector bits = v.reinterpretAsInts();
    return bits.lanewise(VectorOperators.LSHL, 16)
        .lanewise(VectorOperators.ASHR, 16)
        .add(bits.lanewise(VectorOperators.ASHR, 16));
  }

  /** Stores float16 values of a group's rows as floats. */
  static void storeHalves(long address, float[] dst, int at) {
    IntVector bits = shorts(address).reinterpretAsInts();
    widen(bits.and(LOW)).intoArray(dst, at);
    widen(shr(bits, 16)).intoArray(dst, at + LANES);
  }

  /**
   * As {@link #storeHalves}, for values that are neither infinite nor NaN: sign and exponent are
   * moved in one shift.
   */
  static void storeFiniteHalves(long address, float[] dst, int at) {
    IntVector bits = shorts(address).reinterpretAsInts();
    finite(bits.lanewise(VectorOperators.LSHL, 16)).intoArray(dst, at);
    finite(bits).intoArray(dst, at + LANES);
  }

  /** As many float16 values as there are lanes, none of them infinite or NaN. */
  static FloatVector finiteHalves(long address) {
    IntVector bits =
        (IntVector)
            ShortVector.fromMemorySegment(HALVES, ALL, address, LITTLE)
                .convertShape(VectorOperators.S2I, INTS, 0);
    return bits.lanewise(VectorOperators.LSHL, 13).and(FINITE).reinterpretAsFloats().mul(REBIAS);
  }

  /** As many 16-bit values of 0 or more as there are lanes. */
  static IntVector halves(long address) {
    return (IntVector)
        ShortVector.fromMemorySegment(HALVES, ALL, address, LITTLE)
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  /** As many int16 values as there are lanes. */
  static IntVector widened(short[] values, int at) {
    return (IntVector)
        ShortVector.fromArray(HALVES, values, at).convertShape(VectorOperators.S2I, INTS, 0);
  }

  /** As many int8 values as there are lanes. */
  static FloatVector signedBytes(long address) {
    return (FloatVector)
        ByteVector.fromMemorySegment(QUANTS, ALL, address, LITTLE)
            .convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  /** As many bytes of 0 to 255 as there are lanes. */
  static IntVector octets(long address) {
    return (IntVector)
        ByteVector.fromMemorySegment(QUANTS, ALL, address, LITTLE)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /** Widens the float16 in the upper half of each lane. */
  private static FloatVector finite(IntVector upper) {
    return upper.lanewise(VectorOperators.ASHR, 3).and(FINITE).reinterpretAsFloats().mul(REBIAS);
  }

  /** Widens float16 bits exactly, subnormals and infinities included. */
  private static FloatVector widen(IntVector half) {
    IntVector bits =
        half.and(HALF_MAGNITUDE)
            .lanewise(VectorOperators.LSHL, 13)
            .reinterpretAsFloats()
            .mul(REBIAS)
            .reinterpretAsInts();
    bits =
        bits.blend(
            bits.or(FLOAT_EXPONENT),
            half.and(HALF_EXPONENT).compare(VectorOperators.EQ, HALF_EXPONENT));
    return bits.or(half.and(HALF_SIGN).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
  }
}
