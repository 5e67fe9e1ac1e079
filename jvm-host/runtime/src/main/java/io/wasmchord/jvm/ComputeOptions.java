package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.errors.InvalidRequestException;
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
  private static final AtomicBoolean TOLD = new AtomicBoolean(); // of the missing module

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

  /** Whether vectors compute. */
  boolean vectors() {
    return switch (backend) {
      case SCALAR -> false;
      case AUTO -> VectorSupport.present() && !VectorSupport.switchedOff();
      case VECTOR -> {
        if (!VectorSupport.present()) {
          throw new InvalidRequestException("backend vector: " + VectorSupport.absence());
        }
        yield true;
      }
    };
  }

  /**
   * Why vectors do not compute although they were not declined; empty otherwise, and once it was
   * asked for in this process: whoever gets it tells the user.
   */
  String notice() {
    return backend == Backend.AUTO && !VectorSupport.present() && TOLD.compareAndSet(false, true)
        ? VectorSupport.absence()
        : "";
  }

  /**
   * Starts what computes; to be closed by the caller.
   *
   * @param parallel threads for plain Java
   */
  public ComputeBackend start(ThreadParallel parallel) {
    SegmentAllocator allocator = new SegmentAllocator();
    return vectors()
        ? new VectorBackend(allocator, SegmentMemory::address, weights, threads, profile)
        : new ScalarBackend(allocator, parallel);
  }
}
