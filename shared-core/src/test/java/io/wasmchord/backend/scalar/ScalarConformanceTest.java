package io.wasmchord.backend.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The scalar backend against its own recorded digests, which every other backend and platform is
 * compared with too: a change of one bit anywhere is a change of the contract and must be made on
 * purpose ({@code -Dchord.updateDigests}).
 */
class ScalarConformanceTest {
  private static final Parallel BACKWARDS_IN_THREES =
      (n, range) -> {
        for (int to = n; to > 0; to -= 3) {
          range.run(Math.max(0, to - 3), to);
        }
      };

  @Test
  void namesAreUniqueAndAllAreRecorded() throws IOException {
    List<String> names = ConformanceSuite.cases().stream().map(ConformanceCase::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size());
    if (System.getProperty("chord.updateDigests") != null) {
      String text =
          ConformanceSuite.cases().stream()
              .map(c -> c.name() + "\t" + Digest.of(ConformanceTests.scalar(c)) + "\n")
              .collect(Collectors.joining());
      Files.writeString(Path.of("src/test/resources" + ConformanceTests.DIGESTS), text);
      return;
    }
    assertEquals(names, List.copyOf(ConformanceTests.recorded().keySet()));
  }

  @TestFactory
  List<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return ConformanceTests.of(
        "scalar", ConformanceTests.subject(ScalarConformanceTest::finiteWithinItsRows));
  }

  @TestFactory
  List<DynamicContainer> splittingTheWorkChangesNothing() {
    return ConformanceTests.of(
        "scalar in pieces", ConformanceTests.subject(c -> run(c, BACKWARDS_IN_THREES)));
  }

  private static float[] finiteWithinItsRows(ConformanceCase c) {
    float[] all = run(c, Parallel.SINGLE);
    assertEquals(Rig.SENTINEL, all[0]);
    assertEquals(Rig.SENTINEL, all[all.length - 1]);
    for (float value : all) {
      assertFalse(Float.isNaN(value) || Float.isInfinite(value));
    }
    return all;
  }

  private static float[] run(ConformanceCase c, Parallel parallel) {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), parallel);
        HeapAllocator weights = new HeapAllocator()) {
      return c.body().run(new Rig(backend, weights));
    }
  }
}
