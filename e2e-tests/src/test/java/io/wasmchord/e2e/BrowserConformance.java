package io.wasmchord.e2e;

import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicContainer;

/**
 * A backend of the page of the conformance suite, in some browser.
 *
 * @param evaluate calls the page's {@code conformance} with what is given, and returns its text
 * @param backend scalar, simd128 or relaxed
 */
record BrowserConformance(
    Function<Map<String, ?>, String> evaluate, String browser, String backend, int threads) {
  @Override
  public String toString() {
    return backend + " in " + browser + ", threads " + threads;
  }

  /** Runs all chosen cases at once; a test for each, in a group for each command. */
  DynamicContainer tests() {
    Map<String, String> digests =
        ConformanceTests.parse(call(Map.of("part", ConformanceTests.filter())));
    List<DynamicContainer> groups =
        ConformanceTests.of(
            toString(),
            new ConformanceTests.Subject() {
              @Override
              public String digest(ConformanceCase c) {
                return String.valueOf(digests.get(c.name()));
              }

              @Override
              public boolean supports(TensorType weights) {
                return backend.equals("scalar") || KernelModule.supports(weights);
              }

              @Override
              public float[] values(ConformanceCase c) {
                return floats(call(Map.of("name", c.name())));
              }
            });
    return DynamicContainer.dynamicContainer(toString(), groups);
  }

  private String call(Map<String, ?> what) {
    Map<String, Object> all = new HashMap<>(what);
    all.put("backend", backend);
    all.put("threads", threads);
    return evaluate.apply(all);
  }

  private static float[] floats(String bits) {
    String[] words = bits.split(",");
    float[] values = new float[words.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(Integer.parseInt(words[i]));
    }
    return values;
  }
}
