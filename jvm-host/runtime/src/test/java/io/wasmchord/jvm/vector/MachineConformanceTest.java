package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Rig;
import io.wasmchord.jvm.NativeMemory;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Machine code beside the scalar backend gives the recorded bits, in a JVM without the Vector API's
 * module.
 */
class MachineConformanceTest {
  private static final int THREADS = 3;

  private static ComputeBackend backend() {
    return new MachineBackend(NativeMemory.allocator(), NativeMemory::address, THREADS, null);
  }

  private static float[] run(ConformanceCase c) {
    try (MemoryAllocator memory = NativeMemory.allocator();
        ComputeBackend backend = backend()) {
      return c.body().run(new Rig(backend, memory));
    }
  }

  @TestFactory
  List<? extends DynamicNode> everyCaseGivesTheRecordedBits() {
    assumeTrue(MachineBackend.absence().isEmpty(), MachineBackend.absence());
    return ConformanceTests.of("native", ConformanceTests.subject(MachineConformanceTest::run));
  }

  @Test
  void thereIsNoVectorApi() {
    assertFalse(VectorSupport.present());
  }

  @Test
  void attentionIsMachineCodeWhereHeadsSuit() {
    assumeTrue(MachineFloats.present(), "no kernels in machine code here");
    assertTrue(MachineSteps.suits(new KvSpec(2, 64, 4, 64, 64)));
    assertFalse(MachineSteps.suits(new KvSpec(2, 64, 4, 64, 24)));
  }

  @Test
  void theNameSaysWhichKernels() {
    assumeTrue(MachineBackend.absence().isEmpty(), MachineBackend.absence());
    try (ComputeBackend backend = backend()) {
      assertTrue(backend.name().startsWith("native-avx"), backend.name());
    }
  }
}
