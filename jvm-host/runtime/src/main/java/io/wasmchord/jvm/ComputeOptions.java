package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.vector.MachineBackend;
import io.wasmchord.jvm.vector.Profile;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.jvm.vector.VectorSupport;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What computes, and with how much. The results do not depend on it. A model's is made by {@link
 * LoadedModelBuilder}; a benchmark starts one without a model.
 *
 * @param backend the kernels
 * @param weights how the vector backend lays weights out
 * @param threads in all, at least 1
 * @param profile takes the time of the vector backend's steps, or null
 */
public record ComputeOptions(
    Backend backend, VectorBackend.Weights weights, int threads, @Nullable Profile profile) {
  private static final AtomicBoolean TOLD = new AtomicBoolean(); // of what is missing

  /** Checks the number of threads. */
  public ComputeOptions {
    if (threads < 1) {
      throw new InvalidRequestException("threads is " + threads + "; at least 1 is needed");
    }
  }

  /** Vectors where there are any, repacked weights. */
  public static ComputeOptions of(int threads) {
    return new ComputeOptions(Backend.AUTO, VectorBackend.Weights.REPACKED, threads, null);
  }

  /** The same over weights as they stand in the file, for those that are used once. */
  ComputeOptions mapped() {
    return new ComputeOptions(backend, VectorBackend.Weights.MAPPED, threads, profile);
  }

  /** What will compute. */
  enum Kind {
    /** The Vector API; with machine code unless it is declined. */
    VECTORS,
    /** Machine code and plain Java. */
    MACHINE,
    /** Plain Java. */
    SCALAR
  }

  /** What will compute here. */
  Kind kind() {
    return switch (backend) {
      case SCALAR -> Kind.SCALAR;
      case AUTO, NATIVE -> fastest();
      case VECTOR -> {
        if (!VectorSupport.present()) {
          throw new InvalidRequestException("backend vector: " + VectorSupport.absence());
        }
        yield Kind.VECTORS;
      }
    };
  }

  private Kind fastest() {
    boolean off = VectorSupport.switchedOff();
    if (VectorSupport.present() && !off) {
      return Kind.VECTORS;
    }
    boolean machine = weights == VectorBackend.Weights.REPACKED && VectorSupport.machine();
    return machine && (!off || backend == Backend.NATIVE) ? Kind.MACHINE : Kind.SCALAR;
  }

  /**
   * Why something slower computes than was asked for or could be had; empty otherwise, and once it
   * was asked for in this process: whoever gets it tells the user.
   */
  String notice() {
    String why = "";
    if (backend == Backend.NATIVE && !VectorSupport.machine()) {
      why = VectorSupport.machineAbsence();
    } else if (backend == Backend.AUTO || backend == Backend.NATIVE) {
      why = VectorSupport.present() ? "" : VectorSupport.absence(kind() == Kind.MACHINE);
    }
    return !why.isEmpty() && TOLD.compareAndSet(false, true) ? why : "";
  }

  /**
   * Starts what computes; to be closed by the caller.
   *
   * @param parallel threads for plain Java
   */
  public ComputeBackend start(ThreadParallel parallel) {
    SegmentAllocator allocator = new SegmentAllocator();
    return switch (kind()) {
      case VECTORS ->
          new VectorBackend(
              allocator,
              SegmentMemory::address,
              new VectorBackend.Kernels(weights, backend != Backend.VECTOR),
              threads,
              profile);
      case MACHINE -> new MachineBackend(allocator, SegmentMemory::address, threads, profile);
      case SCALAR -> new ScalarBackend(allocator, parallel);
    };
  }
}
