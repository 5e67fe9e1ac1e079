package io.wasmchord.jvm.vector;

import java.util.LinkedHashMap;
import java.util.Map;

/** Where time goes: nanoseconds by kind of step, as the calling thread sees them. */
public final class Profile {
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  void add(String label, long time) {
    nanos.merge(label, time, Long::sum);
  }

  /** Nanoseconds by label, e.g. {@code matmul Q4_K}. */
  public Map<String, Long> nanos() {
    return Map.copyOf(nanos);
  }

  /** Forgets everything measured so far. */
  public void clear() {
    nanos.clear();
  }
}
