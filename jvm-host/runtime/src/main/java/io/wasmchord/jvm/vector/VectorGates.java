package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.LANES;

import io.wasmchord.backend.Activation;
import jdk.incubator.vector.FloatVector;

/** {@code out = activation(gate) * up} by the Vector API. */
final class VectorGates {
  private VectorGates() {}

  /** Whole vectors of the values from one number to another; the first value after them. */
  static long whole(
      Activation activation, float limit, long gate, long up, long out, long from, long end) {
    return switch (activation) {
      case SILU -> silu(gate, up, out, from, end);
      case GELU -> gelu(gate, up, out, from, end);
      case RELU -> relu(gate, up, out, from, end);
      case RELU_SQUARED -> reluSquared(gate, up, out, from, end);
      case GELU_ERF -> geluErf(gate, up, out, from, end);
      case SIGMOID -> sigmoid(gate, up, out, from, end);
      case IDENTITY -> product(gate, up, out, from, end);
      case TANH, SOFTPLUS, EXP -> from; // nothing gates by them yet
      case SILU_LIMITED -> siluLimited(limit, gate, up, out, from, end);
      case SWIGLU_OAI -> swigluOai(limit, gate, up, out, from, end);
      case LIMITED_SILU -> limitedSilu(limit, gate, up, out, from, end);
    };
  }

  private static long silu(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.silu(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  /** As {@link #silu}; a loop of its own, so that each has one formula to be inlined. */
  private static long gelu(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.gelu(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long relu(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.relu(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long reluSquared(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.reluSquared(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long geluErf(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.geluErf(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long sigmoid(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = VectorMath.sigmoid(Lanes.floats(gate + 4 * i));
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long product(long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = Lanes.floats(gate + 4 * i);
      g.mul(Lanes.floats(up + 4 * i)).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long siluLimited(float limit, long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = Lanes.floats(gate + 4 * i);
      FloatVector u = Lanes.floats(up + 4 * i);
      VectorMath.siluLimited(g, u, limit).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long swigluOai(float limit, long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = Lanes.floats(gate + 4 * i);
      FloatVector u = Lanes.floats(up + 4 * i);
      VectorMath.swigluOai(g, u, limit).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }

  private static long limitedSilu(float limit, long gate, long up, long out, long from, long end) {
    long i = from;
    for (; i + LANES <= end; i += LANES) {
      FloatVector g = Lanes.floats(gate + 4 * i);
      FloatVector u = Lanes.floats(up + 4 * i);
      VectorMath.limitedSilu(g, u, limit).intoMemorySegment(ALL, out + 4 * i, LITTLE);
    }
    return i;
  }
}
