package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.jvm.NativeMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vector backend gives the recorded bits, at the width that {@code chord.vectorBits} names. */
class VectorConformanceTest {
  private static String recorded() throws IOException {
    try (InputStream digests =
        ConformanceSuite.class.getResourceAsStream("/conformance/digests.tsv")) {
      return new String(Objects.requireNonNull(digests).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theWidthIsTheOneThatWasAskedFor() {
    assertTrue(VectorSupport.present());
    assertEquals(VectorSupport.bits(), Lanes.SHORTS.vectorBitSize());
  }

  @ParameterizedTest
  @CsvSource({"REPACKED, 1", "REPACKED, 2", "REPACKED, 3", "REPACKED, 4", "MAPPED, 2"})
  void everyCommandGivesTheRecordedBits(VectorBackend.Weights weights, int threads)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (ConformanceCase c : ConformanceSuite.cases()) {
      try (MemoryAllocator memory = NativeMemory.allocator();
          VectorBackend backend =
              new VectorBackend(
                  NativeMemory.allocator(), NativeMemory::address, weights, threads)) {
        lines.append(c.name()).append('\t');
        lines.append(Digest.of(c.body().run(new Rig(backend, memory)))).append('\n');
      }
    }
    assertEquals(recorded(), lines.toString());
  }
}
