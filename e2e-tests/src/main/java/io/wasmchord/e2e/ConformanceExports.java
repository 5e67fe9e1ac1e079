package io.wasmchord.e2e;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import io.wasmchord.web.LinearAllocator;
import org.teavm.jso.JSExport;

/**
 * The conformance suite as a WebAssembly module: the scalar backend over linear memory, in a
 * browser.
 */
public final class ConformanceExports {
  private ConformanceExports() {}

  /** Nothing runs before JavaScript calls. */
  public static void main(String[] args) {}

  /** A line per case: name, tab, digest. */
  @JSExport
  public static String run() {
    StringBuilder lines = new StringBuilder();
    for (ConformanceCase c : ConformanceSuite.cases()) {
      LinearAllocator memory = new LinearAllocator();
      try (ScalarBackend backend = new ScalarBackend(memory, Parallel.SINGLE)) {
        float[] result = c.body().run(new Rig(backend, memory));
        lines.append(c.name()).append('\t').append(Digest.of(result)).append('\n');
      }
    }
    return lines.toString();
  }
}
