package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import io.wasmchord.DemoModel;
import io.wasmchord.browser.Chromium;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.evaluation.MaskSpeed;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.maps.Flooding;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every backend gives, in a browser, the bits that are recorded for the JVM. */
class ConformanceIT {
  private static DemoServer server;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    Path folder = Path.of(System.getProperty("chord.root"), "e2e-tests", "target", "conformance");
    server = DemoServer.start(folder, 0);
    chromium = Chromium.shell();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return Stream.of(
            on("scalar", 1), on("simd128", 1), on("simd128", 2), on("relaxed", 1), on("relaxed", 3))
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

  /** TeaVM's own maps look through such keys one by one. */
  @Test
  void keysThatWereMadeToMeetAreFoundAtOnce() {
    try (Page page = chromium.browser().newPage()) {
      page.navigate("http://127.0.0.1:" + server.port() + "/index.html");
      Object figures = page.evaluate("(what) => conformance(what)", Map.of("backend", "flooding"));
      List<String> lines = String.valueOf(figures).lines().toList();
      assertEquals(14, lines.size());
      for (String line : lines) {
        String[] numbers = line.split(" ");
        long probes = Long.parseLong(numbers[1]);
        assertTrue(probes < Flooding.PROBES * Long.parseLong(numbers[0]), line);
      }
    }
  }

  /**
   * Of the demo model's tokens, or of those of the file that {@code chord.masks} names: then the
   * times are of interest that are printed.
   */
  @Test
  void masksOfTokensAreThoseOfTheJvm() throws IOException {
    String named = System.getProperty("chord.masks");
    Path path = named == null ? DemoModel.path() : Path.of(named);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(16 << 20);
    }
    GgufFile file =
        Objects.requireNonNull(
            GgufReader.tryParse(HeapMemory.wrap(bytes), Files.size(path), path.toString()));
    int runs = named == null ? 1 : 10;
    TokenBytes vocabulary = TokenBytes.of(Tokenizers.of(file.metadata()), Set.of(), Set.of());
    MaskSpeed speed = MaskSpeed.measure(vocabulary, runs, Clock.system());
    byte[] header = Arrays.copyOf(bytes, (int) Math.min(bytes.length, file.dataOffset()));
    String said =
        evaluate(
            Map.of(
                "backend",
                "masks",
                "header",
                Base64.getEncoder().encodeToString(header),
                "size",
                (double) Files.size(path),
                "runs",
                runs));
    System.out.println("masks on the JVM: " + speed + ", in Chromium (us): " + said);
    assertEquals(String.valueOf(speed.digest()), said.substring(said.lastIndexOf(' ') + 1));
  }
}
