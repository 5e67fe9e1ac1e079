package io.wasmchord.conformance;

import io.wasmchord.quant.TensorType;

/**
 * One check.
 *
 * @param name says the command, the format and the shape
 * @param weights the format of its weights; F32 where there are none
 * @param body runs it on a backend and returns everything that it could have written, sentinels
 *     included
 */
public record ConformanceCase(String name, TensorType weights, Body body) {
  /** A case whose weights, if any, every backend computes with. */
  ConformanceCase(String name, Body body) {
    this(name, TensorType.F32, body);
  }

  /** The command, which the name begins with. */
  public String op() {
    int end = name.indexOf(' ');
    return end < 0 ? name : name.substring(0, end);
  }

  /** The commands of a case. */
  @FunctionalInterface
  public interface Body {
    float[] run(Rig rig);
  }
}
