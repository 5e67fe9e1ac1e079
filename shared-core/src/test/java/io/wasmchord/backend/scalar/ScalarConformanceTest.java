package io.wasmchord.backend.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scalar backend against its own recorded digests, which every other backend and platform is compared with too: a change of one
 * bit anywhere is a change of the contract and must be made on purpose ({@code -Dchord.updateDigests}).
 */
class ScalarConformanceTest {
  private static final String DIGESTS = "/conformance/digests.tsv";

  static Iterable<ConformanceCase> cases() {
    return ConformanceSuite.cases();
  }

  @Test
  void digestsAreTheRecordedOnes() throws IOException {
    Map<String, String> actual = new LinkedHashMap<>();
    for (ConformanceCase c : ConformanceSuite.cases()) {
      actual.put(c.name(), Digest.of(run(c, Parallel.SINGLE)));
    }
    assertEquals(ConformanceSuite.cases().size(), actual.size(), "names are unique");
    String text =
        actual.entrySet().stream()
            .map(e -> e.getKey() + "\t" + e.getValue() + "\n")
            .collect(Collectors.joining());
    if (System.getProperty("chord.updateDigests") != null) {
      Files.writeString(Path.of("src/test/resources" + DIGESTS), text);
      return;
    }
    try (InputStream in = ScalarConformanceTest.class.getResourceAsStream(DIGESTS)) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), text);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void splittingTheWorkChangesNothing(ConformanceCase c) {
    Parallel backwardsInThrees =
        (n, range) -> {
          for (int to = n; to > 0; to -= 3) {
            range.run(Math.max(0, to - 3), to);
          }
        };
    assertArrayEquals(run(c, Parallel.SINGLE), run(c, backwardsInThrees), 0f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resultsAreFiniteAndStayInTheirRows(ConformanceCase c) {
    float[] all = run(c, Parallel.SINGLE);
    assertEquals(Rig.SENTINEL, all[0]);
    assertEquals(Rig.SENTINEL, all[all.length - 1]);
    for (float value : all) {
      assertFalse(Float.isNaN(value) || Float.isInfinite(value));
    }
  }

  private static float[] run(ConformanceCase c, Parallel parallel) {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), parallel);
        HeapAllocator weights = new HeapAllocator()) {
      return c.body().run(new Rig(backend, weights));
    }
  }
}
