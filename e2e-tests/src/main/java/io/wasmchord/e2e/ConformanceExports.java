package io.wasmchord.e2e;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Digest;
import io.wasmchord.conformance.Rig;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.evaluation.MaskSpeed;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.maps.Flooding;
import io.wasmchord.quant.TensorType;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.web.gpu.GpuBackend;
import io.wasmchord.web.gpu.HostDevice;
import io.wasmchord.web.gpu.KernelVariant;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import io.wasmchord.web.simd.ControlArea;
import io.wasmchord.web.simd.SimdBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.teavm.interop.Export;
import org.teavm.interop.Import;
import org.teavm.jso.JSExport;

/** The conformance suite as a WebAssembly module: the backends over linear memory, in a browser. */
public final class ConformanceExports {
  private static final String LEFT_OUT = CheckedBackend.LEFT_OUT;
  private static final LinearAllocator MEMORY = new LinearAllocator();

  private static KernelModule kernels = KernelModule.emit(List.of(), false, true);
  private static LinearMemory control = MEMORY.allocate(ControlLayout.BYTES);
  private static LinearMemory header = control;
  private static Supplier<String> staged = () -> "";
  private static String performed = "";

  private ConformanceExports() {}

  /** Nothing runs before JavaScript calls. */
  public static void main(String[] args) {}

  @Import(module = "chord", name = "run")
  private static native int run(int control, int list);

  private static boolean runner(ControlArea control, Region list) {
    return run(control.address(), list.address()) == 0;
  }

  /** A line for each case whose name contains {@code part}: name, tab, digest. */
  @JSExport
  public static String scalar(String part) {
    return digests(part, ConformanceExports::scalarBackend);
  }

  /** The bits of all values that the case called {@code name} gives, separated by commas. */
  @JSExport
  public static String scalarValues(String name) {
    return values(name, scalarBackend());
  }

  private static ComputeBackend scalarBackend() {
    return new ScalarBackend(MEMORY, Parallel.SINGLE);
  }

  /** {@link Flooding#figures}. */
  @JSExport
  public static String flooding() {
    return Flooding.figures();
  }

  /** Where so many bytes may be put. */
  @JSExport
  public static int buffer(int bytes) {
    header = MEMORY.allocate(bytes);
    return header.address();
  }

  /**
   * {@link MaskSpeed} of the tokens of the file whose header is in the buffer: microseconds to
   * compile, of a mask, of a slow one, and the digest.
   */
  @JSExport
  public static String masks(double fileSize, int runs) {
    GgufFile file = Objects.requireNonNull(GgufReader.tryParse(header, (long) fileSize, "it"));
    TokenBytes vocabulary = TokenBytes.of(Tokenizers.of(file.metadata()), Set.of(), Set.of());
    MaskSpeed speed = MaskSpeed.measure(vocabulary, runs, Clock.system());
    return speed.compileNanos() / 1000
        + " "
        + speed.medianNanos() / 1000
        + " "
        + speed.slowNanos() / 1000
        + " "
        + speed.digest();
  }

  /**
   * Emits the kernels for all formats.
   *
   * @return where the module lies, its size, where the control area lies, separated by commas
   */
  @JSExport
  public static String emit(boolean relaxed) {
    MEMORY.close();
    kernels = KernelModule.emit(supported(), relaxed, true);
    control = MEMORY.allocate(ControlLayout.BYTES);
    return stored(kernels) + "," + control.address();
  }

  private static List<TensorType> supported() {
    return Arrays.stream(TensorType.values()).filter(KernelModule::supports).toList();
  }

  private static String stored(KernelModule module) {
    byte[] code = module.bytes();
    LinearMemory bytes = MEMORY.allocate(code.length);
    bytes.putBytes(0, code, 0, code.length);
    return bytes.address() + "," + code.length;
  }

  /** As {@link #scalar}, with the kernels that were emitted and then started by the caller. */
  @JSExport
  public static String simd(String part, int threads) {
    return digests(part, () -> simdBackend(threads));
  }

  /** As {@link #scalarValues}, on those kernels. */
  @JSExport
  public static String simdValues(String name, int threads) {
    return values(name, simdBackend(threads));
  }

  /**
   * Stages the suite on the GPU, for {@link #perform}: as {@link #scalar}; a case with commands
   * that the backend does not run has {@link #LEFT_OUT} for its digest.
   *
   * @param names of cases, each in a line, in place of a part of a name; or none
   * @param flushed whether subnormals of the inputs are zeros; then the bits of all values stand in
   *     place of digests
   * @param share which of so many shares of the cases; those of one command and format are together
   */
  @JSExport
  public static void gpu(String part, String names, boolean flushed, int share, int shares) {
    List<String> named = names.isEmpty() ? List.of() : List.of(names.split("\n"));
    staged =
        () -> {
          StringBuilder lines = new StringBuilder();
          for (ConformanceCase c : ConformanceSuite.cases(part)) {
            boolean own = Math.floorMod((c.op() + c.weights()).hashCode(), shares) == share;
            if (!own || (!named.isEmpty() && !named.contains(c.name()))) {
              continue;
            }
            lines.append(c.name()).append('\t').append(gpuDigest(c, flushed)).append('\n');
          }
          return lines.toString();
        };
  }

  private static String gpuDigest(ConformanceCase c, boolean flushed) {
    float[] result = gpuRun(c, flushed);
    if (result.length == 0) {
      return LEFT_OUT;
    }
    return flushed ? bits(result) : Digest.of(result);
  }

  private static float[] gpuRun(ConformanceCase c, boolean flushed) {
    GpuBackend gpu = new GpuBackend(new HostDevice(MEMORY), MEMORY, KernelVariant.FUSED);
    try {
      ComputeBackend checked = new CheckedBackend(gpu);
      return c.body().run(new Rig(flushed ? new FlushingBackend(checked) : checked, MEMORY));
    } catch (CheckedBackend.LeftOutException e) {
      return new float[0];
    } finally {
      gpu.close();
    }
  }

  /** Stages {@link #scalarValues} on the GPU, for {@link #perform}. */
  @JSExport
  public static void gpuValues(String name, boolean flushed) {
    staged =
        () ->
            ConformanceSuite.cases(name).stream()
                .filter(c -> c.name().equals(name))
                .map(c -> bits(gpuRun(c, flushed)))
                .findFirst()
                .orElse("");
  }

  /** Runs what was staged; the caller's promise waits where the GPU is waited for. */
  @Export(name = "perform")
  public static void perform() {
    performed = staged.get();
  }

  /** What the last {@link #perform} gave. */
  @JSExport
  public static String performed() {
    return performed;
  }

  private static ComputeBackend simdBackend(int threads) {
    return new SimdBackend(
        MEMORY,
        kernels,
        control,
        new SimdBackend.Threads(threads, 0), // even the smallest list is shared
        ConformanceExports::runner);
  }

  private static String digests(String part, Supplier<ComputeBackend> backends) {
    StringBuilder lines = new StringBuilder();
    for (ConformanceCase c : ConformanceSuite.cases(part)) {
      ComputeBackend backend = backends.get();
      if (!backend.supports(Op.MATMUL, c.weights())) {
        continue;
      }
      float[] result = c.body().run(new Rig(backend, MEMORY));
      lines.append(c.name()).append('\t').append(Digest.of(result)).append('\n');
    }
    return lines.toString();
  }

  private static String values(String name, ComputeBackend backend) {
    for (ConformanceCase c : ConformanceSuite.cases(name)) {
      if (c.name().equals(name)) {
        return bits(c.body().run(new Rig(backend, MEMORY)));
      }
    }
    return "";
  }

  private static String bits(float[] values) {
    StringBuilder bits = new StringBuilder();
    for (float value : values) {
      bits.append(bits.length() == 0 ? "" : ",").append(Float.floatToRawIntBits(value));
    }
    return bits.toString();
  }
}
