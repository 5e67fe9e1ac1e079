package io.wasmchord.conformance;

/**
 * One check.
 *
 * @param name says the command, the format and the shape
 * @param body runs it on a backend and returns everything that it could have written, sentinels
 *     included
 */
public record ConformanceCase(String name, Body body) {
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
