package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.browser.Chromium;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.ConformanceTests;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The GPU backend gives, on Chromium's software adapter, the bits that are recorded for the JVM.
 * That adapter knows no subnormal float32: what differs is computed once more with zeros in their
 * place, and differs by no more than steps lose that meet them.
 */
class GpuConformanceIT {
  private static final String SHARED = // kernels of two shares compile side by side
      """
      async (what) => {
        const shares = [0, 1].map((share) => conformance({ ...what, share, shares: 2 }));
        return (await Promise.all(shares)).join('');
      }
      """;

  private static final Pattern USUAL = Pattern.compile("] x [59]$| extreme 128$");

  private static final float LOST = 0x1p-86f; // 2^-126 times 2^40

  private static DemoServer server;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    Path folder = Path.of(System.getProperty("chord.root"), "e2e-tests", "target", "conformance");
    server = DemoServer.start(folder, 0);
    chromium = Chromium.withGpu();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    server.close();
  }

  /**
   * Of products the cases that a run has unless all are asked for: few rows and a tile, both with
   * odd ends, and the largest quants.
   */
  private static boolean usual(ConformanceCase c) {
    return Boolean.getBoolean("chord.all")
        || !ConformanceTests.filter().isEmpty()
        || !c.op().equals("matmul")
        || USUAL.matcher(c.name()).find();
  }

  private static String evaluate(Map<String, ?> what) {
    Map<String, Object> all = new HashMap<>(what);
    all.put("backend", "webgpu");
    try (Page page = chromium.browser().newPage()) {
      page.setDefaultTimeout(300_000);
      page.navigate("http://127.0.0.1:" + server.port() + "/index.html");
      return (String) page.evaluate(SHARED, all);
    }
  }

  @TestFactory
  Stream<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return tests("webgpu in Chromium", Map.of());
  }

  /** Every weight is bound in windows of its rows. */
  @TestFactory
  Stream<DynamicContainer> windowsOfWeightsGiveTheSame() {
    return tests("webgpu in windows", Map.of("bindingBytes", 4096, "part", "matmul Q4_K"));
  }

  private static Stream<DynamicContainer> tests(String what, Map<String, ?> options) {
    Map<String, Object> asked = new HashMap<>(Map.of("part", ConformanceTests.filter()));
    asked.putAll(options);
    List<ConformanceCase> chosen =
        ConformanceSuite.cases(String.valueOf(asked.get("part"))).stream()
            .filter(c -> usual(c) || options.containsKey("bindingBytes"))
            .toList();
    asked.put("names", names(chosen));
    Map<String, String> recorded = ConformanceTests.recorded();
    Map<String, String> digests = ConformanceTests.parse(evaluate(asked));
    assertEquals(
        chosen.stream().map(ConformanceCase::name).collect(Collectors.toSet()), digests.keySet());
    List<ConformanceCase> own =
        chosen.stream()
            .filter(c -> !digests.get(c.name()).equals(CheckedBackend.LEFT_OUT))
            .toList();
    List<ConformanceCase> others =
        own.stream().filter(c -> !digests.get(c.name()).equals(recorded.get(c.name()))).toList();
    asked.put("names", names(others));
    asked.put("flushed", true);
    Map<String, String> flushed =
        others.isEmpty() ? Map.of() : ConformanceTests.parse(evaluate(asked));
    System.out.println(
        what
            + ": "
            + (digests.size() - own.size())
            + " cases of commands that it does not run, "
            + others.size()
            + " of "
            + own.size()
            + " with subnormals");
    return own.stream().collect(Collectors.groupingBy(ConformanceCase::op)).entrySet().stream()
        .map(group ->
            DynamicContainer.dynamicContainer(
                what + ": " + group.getKey(),
                group.getValue().stream()
                    .map(c ->
                        DynamicTest.dynamicTest(
                            c.name(),
                            () -> {
                              if (flushed.containsKey(c.name())) {
                                compareFlushed(expected(c), floats(flushed.get(c.name())));
                              } else {
                                assertEquals(recorded.get(c.name()), digests.get(c.name()));
                              }
                            }))));
  }

  private static String names(List<ConformanceCase> cases) {
    return cases.stream().map(ConformanceCase::name).collect(Collectors.joining("\n"));
  }

  /** What the scalar backend gives with zeros for subnormals. */
  private static float[] expected(ConformanceCase c) {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
        HeapAllocator weights = new HeapAllocator()) {
      return c.body().run(new Rig(new FlushingBackend(backend), weights));
    }
  }

  private static float[] floats(String bits) {
    String[] each = bits.split(",");
    float[] values = new float[each.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(Integer.parseInt(each[i]));
    }
    return values;
  }

  /**
   * The same bits, but for what a step within a command loses where it meets a subnormal: less than
   * 2^-126, times factors that come behind it, which are at most about 1e9 and some hundreds of
   * sums.
   */
  private static void compareFlushed(float[] expected, float[] actual) {
    float[] wanted = FlushingBackend.flushed(expected);
    float[] got = FlushingBackend.flushed(actual);
    assertEquals(wanted.length, got.length);
    for (int i = 0; i < wanted.length; i++) {
      if (!(Math.abs(wanted[i] - got[i]) <= LOST)) {
        assertEquals(Float.floatToIntBits(wanted[i]), Float.floatToIntBits(got[i]), "value " + i);
      }
    }
  }
}
