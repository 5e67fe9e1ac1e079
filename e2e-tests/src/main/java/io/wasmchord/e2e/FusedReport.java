package io.wasmchord.e2e;

import com.microsoft.playwright.Page;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.cli.demo.DemoServer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code chord bench --browser --fused}: what it saves to multiply without decoding first. */
final class FusedReport {
  private static final List<String> TYPES = List.of("Q4_K", "Q5_K", "Q6_K", "Q8_0");

  private FusedReport() {}

  /** Measures every format in a browser and prints a table. */
  static void print(PrintWriter out, int threads) {
    Path folder =
        Path.of(System.getProperty("chord.root", "."), "e2e-tests", "target", "conformance");
    try (DemoServer server = DemoServer.start(folder, 0);
        Chromium chromium = Chromium.start()) {
      out.printf(
          "machine  %s%nbrowser  Chromium %s%none row times a matrix of 2048 x 2048, %d thread(s), medians of 7%n%n",
          Machine.describe(), chromium.browser().version(), threads);
      out.printf(
          "%-6s %9s %9s %9s %10s %9s %8s %9s%n",
          "", "fused ms", "decode ms", "floats ms", "time", "product", "memory", "error");
      for (String type : TYPES) {
        try (Page page = chromium.browser().newPage()) {
          page.setDefaultTimeout(120_000);
          page.navigate("http://127.0.0.1:" + server.port() + "/index.html");
          String figures =
              (String)
                  page.evaluate(
                      "(what) => conformance(what)",
                      Map.of("backend", "relaxed", "threads", threads, "fused", type));
          line(out, type, Arrays.stream(figures.split(",")).mapToDouble(Double::valueOf).toArray());
        }
      }
      out.println();
      out.println("time     decoding the matrix and multiplying floats, over the fused product");
      out.println("product  multiplying floats that were decoded before, over the fused product");
      out.println("memory   bytes of floats over bytes of blocks");
      out.println("error    largest difference over the results' root mean square");
      out.flush();
    }
  }

  private static void line(PrintWriter out, String type, double[] f) {
    out.printf(
        Locale.ROOT,
        "%-6s %9.3f %9.3f %9.3f %9.1fx %8.1fx %7.2fx %9.5f%n",
        type,
        f[0] / 1e6,
        f[1] / 1e6,
        f[2] / 1e6,
        (f[1] + f[2]) / f[0],
        f[2] / f[0],
        f[4] / f[3],
        f[5]);
  }
}
