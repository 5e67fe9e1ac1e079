package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Rig;
import io.wasmchord.jvm.NativeMemory;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vector backend gives the recorded bits, at the width that {@code chord.vectorBits} names. */
class VectorConformanceTest {
  private record Setting(VectorBackend.Weights weights, int threads) {
    @Override
    public String toString() {
      return "vector-" + VectorSupport.bits() + " " + weights + ", threads " + threads;
    }

    float[] run(ConformanceCase c) {
      try (MemoryAllocator memory = NativeMemory.allocator();
          VectorBackend backend =
              new VectorBackend(
                  NativeMemory.allocator(), NativeMemory::address, weights, threads)) {
        return c.body().run(new Rig(backend, memory));
      }
    }
  }

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(VectorBackend.Weights.REPACKED, 1),
          new Setting(VectorBackend.Weights.REPACKED, 2),
          new Setting(VectorBackend.Weights.REPACKED, 3),
          new Setting(VectorBackend.Weights.REPACKED, 4),
          new Setting(VectorBackend.Weights.MAPPED, 2));

  @Test
  void theWidthIsTheOneThatWasAskedFor() {
    assertTrue(VectorSupport.present());
    assertEquals(VectorSupport.bits(), Lanes.SHORTS.vectorBitSize());
  }

  @TestFactory
  List<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return SETTINGS.stream()
        .map(setting ->
            DynamicContainer.dynamicContainer(
                setting.toString(),
                ConformanceTests.of(setting.toString(), ConformanceTests.subject(setting::run))))
        .toList();
  }
}
