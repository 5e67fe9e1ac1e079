package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.jvm.DemoServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The scalar backend in a browser gives the bits that are recorded for the JVM. */
class ConformanceIT {
  @Test
  void everyCommandGivesTheRecordedBits() throws IOException {
    Path folder = Path.of(System.getProperty("chord.root"), "e2e-tests", "target", "conformance");
    try (DemoServer server = DemoServer.start(folder, 0);
        Chromium chromium = Chromium.start();
        InputStream digests =
            ConformanceSuite.class.getResourceAsStream("/conformance/digests.tsv")) {
      Page page = chromium.browser().newPage();
      page.navigate("http://127.0.0.1:" + server.port() + "/index.html");
      page.waitForFunction("globalThis.digests !== undefined");
      assertEquals(
          new String(digests.readAllBytes(), StandardCharsets.UTF_8), page.evaluate("digests"));
    }
  }
}
