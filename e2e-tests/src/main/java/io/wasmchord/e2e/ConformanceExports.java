package io.wasmchord.e2e;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.Memory;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.LinearAllocator;
import io.wasmchord.web.LinearMemory;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.simd.SimdBackend;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.teavm.interop.Import;
import org.teavm.jso.JSExport;

/** The conformance suite as a WebAssembly module: the backends over linear memory, in a browser. */
public final class ConformanceExports {
  private static final LinearAllocator MEMORY = new LinearAllocator();

  private static KernelModule kernels = KernelModule.emit(List.of(), false, true);
  private static LinearMemory control = MEMORY.allocate(ControlLayout.BYTES);

  private ConformanceExports() {}

  /** Nothing runs before JavaScript calls. */
  public static void main(String[] args) {}

  @Import(module = "chord", name = "run")
  private static native int run(int control, int list);

  /** A line per case: name, tab, digest. */
  @JSExport
  public static String scalar() {
    return digests(() -> new ScalarBackend(MEMORY, Parallel.SINGLE));
  }

  /**
   * Emits the kernels for all formats.
   *
   * @return where the module lies, its size, where the control area lies, separated by commas
   */
  @JSExport
  public static String emit(boolean relaxed) {
    MEMORY.close();
    List<TensorType> types =
        Arrays.stream(TensorType.values()).filter(KernelModule::supports).toList();
    kernels = KernelModule.emit(types, relaxed, true);
    byte[] code = kernels.bytes();
    Memory bytes = MEMORY.allocate(code.length);
    bytes.putBytes(0, code, 0, code.length);
    control = MEMORY.allocate(ControlLayout.BYTES);
    return ((LinearMemory) bytes).address() + "," + code.length + "," + control.address();
  }

  /** As {@link #scalar}, with the kernels that were emitted and then started by the caller. */
  @JSExport
  public static String simd(int threads) {
    return digests(() ->
        new SimdBackend(
            MEMORY,
            kernels,
            control,
            new SimdBackend.Threads(threads, 0), // even the smallest list is shared
            ConformanceExports::run));
  }

  /**
   * Compares a fused product with decoding and multiplying, on the kernels that were started.
   *
   * @return {@link FusedComparison}'s components, separated by commas
   */
  @JSExport
  public static String fused(String type, int threads) {
    FusedComparison c =
        FusedComparison.measure(
            new SimdBackend(
                MEMORY,
                kernels,
                control,
                new SimdBackend.Threads(threads, 0),
                ConformanceExports::run),
            MEMORY,
            TensorType.valueOf(type));
    return c.fusedNanos()
        + ","
        + c.expandNanos()
        + ","
        + c.multiplyNanos()
        + ","
        + c.bytes()
        + ","
        + c.floatBytes()
        + ","
        + c.error();
  }

  private static String digests(Supplier<ComputeBackend> backends) {
    StringBuilder lines = new StringBuilder();
    for (ConformanceCase c : ConformanceSuite.cases()) {
      float[] result = c.body().run(new Rig(backends.get(), MEMORY));
      lines.append(c.name()).append('\t').append(Digest.of(result)).append('\n');
    }
    return lines.toString();
  }
}
