package io.wasmchord.benchmarks;

import io.wasmchord.quant.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The plain way to multiply a quantized row with float activations: one row at a time, decode a few
 * values, multiply and add them with fused operations, sum the lanes at the end. Written for
 * comparison; its results differ from the contract's in the last bits.
 */
final class PlainDot {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  private PlainDot() {}

  /** Whether there is a plain dot for {@code type}. */
  static boolean supports(TensorType type) {
    return switch (type) {
      case Q4_0, Q8_0, Q4_K -> true;
      default -> false;
    };
  }

  /** The product of the row at {@code at} with {@code x}. */
  static float dot(TensorType type, MemorySegment weights, long at, float[] x) {
    return switch (type) {
      case Q4_0 -> q4_0(weights, at, x);
      case Q8_0 -> q8_0(weights, at, x);
      case Q4_K -> q4K(weights, at, x);
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static float half(MemorySegment weights, long at) {
    return Float.float16ToFloat(weights.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  /** Sixteen bytes times sixteen activations, without a scale. */
  private static FloatVector sixteen(ByteVector bytes, float[] x, int i) {
    FloatVector low = (FloatVector) bytes.castShape(FLOATS, 0);
    FloatVector high = (FloatVector) bytes.castShape(FLOATS, 1);
    return low.mul(FloatVector.fromArray(FLOATS, x, i))
        .add(high.mul(FloatVector.fromArray(FLOATS, x, i + FLOATS.length())));
  }

  private static float q8_0(MemorySegment weights, long from, float[] x) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long at = from;
    for (int i = 0; i < x.length; i += 32, at += 34) {
      FloatVector part =
          sixteen(ByteVector.fromMemorySegment(BYTES, weights, at + 2, LITTLE), x, i)
              .add(
                  sixteen(
                      ByteVector.fromMemorySegment(BYTES, weights, at + 18, LITTLE), x, i + 16));
      sum = part.fma(FloatVector.broadcast(FLOATS, half(weights, at)), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static float q4_0(MemorySegment weights, long from, float[] x) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long at = from;
    for (int i = 0; i < x.length; i += 32, at += 18) {
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, weights, at + 2, LITTLE);
      FloatVector part =
          sixteen(bytes.and((byte) 15).sub((byte) 8), x, i)
              .add(sixteen(bytes.lanewise(VectorOperators.LSHR, 4).sub((byte) 8), x, i + 16));
      sum = part.fma(FloatVector.broadcast(FLOATS, half(weights, at)), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static float q4K(MemorySegment weights, long from, float[] x) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long at = from;
    for (int i = 0; i < x.length; i += 256, at += 144) {
      float d = half(weights, at);
      float dMin = half(weights, at + 2);
      for (int g = 0; g < 8; g++) {
        float scale = d * scale(weights, at + 4, g);
        float minimum = dMin * minimum(weights, at + 4, g);
        for (int j = 0; j < 32; j += 16) {
          long quants = at + 16 + g / 2 * 32 + j;
          ByteVector bytes = ByteVector.fromMemorySegment(BYTES, weights, quants, LITTLE);
          bytes = (g & 1) == 0 ? bytes.and((byte) 15) : bytes.lanewise(VectorOperators.LSHR, 4);
          int place = i + g * 32 + j;
          for (int part = 0; part < 2; part++) {
            FloatVector q = (FloatVector) bytes.castShape(FLOATS, part);
            FloatVector value = q.mul(scale).sub(minimum);
            sum = value.fma(FloatVector.fromArray(FLOATS, x, place + part * FLOATS.length()), sum);
          }
        }
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static int scale(MemorySegment weights, long at, int g) {
    int low = weights.get(ValueLayout.JAVA_BYTE, at + (g < 4 ? g : g + 4));
    int high = g < 4 ? 0 : weights.get(ValueLayout.JAVA_BYTE, at + g - 4);
    return g < 4 ? low & 63 : (low & 15) | (high & 0xC0) >> 2;
  }

  private static int minimum(MemorySegment weights, long at, int g) {
    int low = weights.get(ValueLayout.JAVA_BYTE, at + g + 4);
    int high = g < 4 ? 0 : weights.get(ValueLayout.JAVA_BYTE, at + g);
    return g < 4 ? low & 63 : ((low >> 4) & 15) | (high & 0xC0) >> 2;
  }
}
