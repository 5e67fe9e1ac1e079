package io.wasmchord.jvm.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register width, chosen once when the class is loaded, and what follows from it.
 *
 * <p>A group of {@link #ROWS} output rows has a 16-bit lane each. Lane 2i is row i and lane 2i + 1 is
 * row {@link #HALF} + i, so that the even and the odd lanes, widened to 32 bits, are the first and
 * the second half of the rows in order.
 */
final class Lanes {
  /** All memory of the process: addresses are checked where they are made, not at every load. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(VectorSupport.bits()));
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHORTS.vectorShape());
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHORTS.vectorShape());

  /** Output rows in a group: 16-bit lanes. */
  static final int ROWS = SHORTS.length();

  /** 32-bit lanes. */
  static final int HALF = INTS.length();

  private Lanes() {}

  /** The row of a lane. */
  static int row(int lane) {
    return (lane & 1) * HALF + (lane >> 1);
  }

  static ShortVector load(long address) {
    return ShortVector.fromMemorySegment(SHORTS, ALL, address, LITTLE);
  }

  /** The even lanes, widened with their sign. */
  static IntVector even(ShortVector v) {
    return v.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
  }

  /** The odd lanes, widened with their sign. */
  static IntVector odd(ShortVector v) {
    return v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16);
  }

  /** Stores the lanes as ints in the order of rows. */
  static void storeInts(ShortVector v, int[] dst, int at) {
    even(v).intoArray(dst, at);
    odd(v).intoArray(dst, at + HALF);
  }

  /** Stores float16 bits as floats in the order of rows. */
  static void storeHalves(ShortVector v, float[] dst, int at) {
    IntVector bits = v.reinterpretAsInts();
    toFloats(bits.and(0xFFFF)).intoArray(dst, at);
    toFloats(bits.lanewise(VectorOperators.LSHR, 16)).intoArray(dst, at + HALF);
  }

  /** Widens float16 bits exactly, subnormals and infinities included. */
  private static FloatVector toFloats(IntVector half) {
    IntVector magnitude = half.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
    IntVector bits = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
    bits =
        bits.blend(
            bits.or(0x7F800000), half.and(0x7C00).compare(VectorOperators.EQ, 0x7C00));
    return bits.or(half.and(0x8000).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
  }
}
