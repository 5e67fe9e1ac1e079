package io.wasmchord.backend;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** What is late gives the same bits: the contract of pending submissions is the suite's, too. */
class LateConformanceTest {
  private static List<DynamicContainer> all(LateBackend.Haste haste) {
    return ConformanceTests.of(
        "late, " + haste,
        ConformanceTests.subject(c -> {
          try (HeapAllocator weights = new HeapAllocator()) {
            ScalarBackend scalar = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
            return c.body().run(new Rig(new LateBackend(scalar, haste), weights));
          }
        }));
  }

  @TestFactory
  List<DynamicContainer> nothingAtOnce() {
    return all(LateBackend.Haste.NOTHING);
  }

  @TestFactory
  List<DynamicContainer> halfAtOnce() {
    return all(LateBackend.Haste.HALF);
  }
}
