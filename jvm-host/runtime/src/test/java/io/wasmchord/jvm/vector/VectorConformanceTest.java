package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.backend.Op;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Rig;
import io.wasmchord.jvm.NativeMemory;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.util.List;
import jdk.incubator.vector.VectorShape;
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
          VectorBackend backend = backend()) {
        return c.body().run(new Rig(backend, memory));
      }
    }

    boolean supports(TensorType type) {
      try (VectorBackend backend = backend()) {
        return backend.supports(Op.MATMUL, type);
      }
    }

    private VectorBackend backend() {
      return new VectorBackend(NativeMemory.allocator(), NativeMemory::address, weights, threads);
    }
  }

  /** One thread and several at the width that this machine prefers; at others, several. */
  private static final List<Setting> SETTINGS =
      VectorSupport.bits() == VectorShape.preferredShape().vectorBitSize()
          ? List.of(
              new Setting(VectorBackend.Weights.REPACKED, 1),
              new Setting(VectorBackend.Weights.REPACKED, 2),
              new Setting(VectorBackend.Weights.REPACKED, 3),
              new Setting(VectorBackend.Weights.MAPPED, 4))
          : List.of(
              new Setting(VectorBackend.Weights.REPACKED, 2),
              new Setting(VectorBackend.Weights.MAPPED, 3));

  @Test
  void theWidthIsTheOneThatWasAskedFor() {
    assertTrue(VectorSupport.present());
    assertEquals(VectorSupport.bits(), Lanes.SHORTS.vectorBitSize());
  }

  @Test
  void allFormatsHaveKernels() {
    assertEquals(
        List.of(),
        ConformanceSuite.WEIGHT_TYPES.stream()
            .filter(type -> !SETTINGS.getFirst().supports(type))
            .toList());
  }

  @Test
  void allFormatsHaveMachineCodeThatPassesItsCheck() {
    assumeTrue(MachineKernels.variant() != null, "no kernels in machine code here");
    assertEquals(
        List.of(),
        ConformanceSuite.WEIGHT_TYPES.stream()
            .filter(type ->
                type.format() instanceof IntegerFormat format
                    && MachineKernels.of(type, format) == null)
            .toList());
  }

  @TestFactory
  List<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return SETTINGS.stream()
        .map(setting ->
            DynamicContainer.dynamicContainer(
                setting.toString(),
                ConformanceTests.of(
                    setting.toString(), ConformanceTests.subject(setting::run, setting::supports))))
        .toList();
  }
}
