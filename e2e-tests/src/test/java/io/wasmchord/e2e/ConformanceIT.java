package io.wasmchord.e2e;

import com.microsoft.playwright.Page;
import io.wasmchord.jvm.DemoServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** Every backend gives, in a browser, the bits that are recorded for the JVM. */
class ConformanceIT {
  private static DemoServer server;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    Path folder = Path.of(System.getProperty("chord.root"), "e2e-tests", "target", "conformance");
    server = DemoServer.start(folder, 0);
    chromium = Chromium.start();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return Stream.of(
            on("scalar", 1),
            on("simd128", 1),
            on("simd128", 2),
            on("simd128", 3),
            on("relaxed", 1),
            on("relaxed", 2),
            on("relaxed", 3))
        .map(BrowserConformance::tests);
  }

  private static BrowserConformance on(String backend, int threads) {
    return new BrowserConformance(ConformanceIT::evaluate, "Chromium", backend, threads);
  }

  private static String evaluate(Map<String, ?> what) {
    try (Page page = chromium.browser().newPage()) {
      page.setDefaultTimeout(120_000);
      page.navigate("http://127.0.0.1:" + server.port() + "/index.html");
      return (String) page.evaluate("(what) => conformance(what)", what);
    }
  }
}
