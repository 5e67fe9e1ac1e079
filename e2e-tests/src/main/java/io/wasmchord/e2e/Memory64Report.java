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

/** {@code chord bench --browser --memory64}: the kernels over a 32-bit and over a 64-bit memory. */
final class Memory64Report {
  private static final List<String> TYPES = List.of("Q4_K", "Q6_K", "Q8_0");
  private static final List<Integer> TOKENS = List.of(1, 16);

  private Memory64Report() {}

  /** Measures every format in a browser and prints a table. */
  static void print(PrintWriter out, List<Integer> threads) {
    Path folder =
        Path.of(System.getProperty("chord.root", "."), "e2e-tests", "target", "conformance");
    try (DemoServer server = DemoServer.start(folder, 0);
        Chromium chromium = Chromium.start()) {
      String page = "http://127.0.0.1:" + server.port() + "/index.html";
      head(out, chromium.browser().version());
      for (int t : threads) {
        for (String type : TYPES) {
          for (int tokens : TOKENS) {
            String figures = figures(chromium, page, type, tokens, t);
            if (figures.isEmpty()) {
              out.println("this browser has no 64-bit memories");
              out.flush();
              return;
            }
            line(out, type, tokens, t, figures);
          }
        }
      }
      out.println();
      out.println("ms      median of 21 rounds, the memories in turn");
      out.println("ratios  median of a round's time over that of the first 32-bit memory");
      out.println("again   another 32-bit memory: what chance does");
      out.flush();
    }
  }

  private static void head(PrintWriter out, String browser) {
    out.printf(
        "machine  %s%nbrowser  Chromium %s%n"
            + "a matrix of 49152 x 2048 times one row and times 16, with relaxed SIMD; 64-bit"
            + " memories with maxima of 4 and 16 GiB; results are equal%n%n",
        Machine.describe(), browser);
    out.printf(
        "%-7s %-5s %5s %8s %9s %9s %9s %9s %7s %7s %7s%n",
        "threads",
        "",
        "rows",
        "MB",
        "32-bit ms",
        "again",
        "4 GiB",
        "16 GiB",
        "again",
        "4 GiB",
        "16 GiB");
    out.flush();
  }

  private static String figures(
      Chromium chromium, String url, String type, int tokens, int threads) {
    try (Page page = chromium.browser().newPage()) {
      page.setDefaultTimeout(120_000);
      page.navigate(url);
      return (String)
          page.evaluate(
              "(what) => conformance(what)",
              Map.of("backend", "relaxed", "threads", threads, "memory64", type, "rows", tokens));
    }
  }

  private static void line(PrintWriter out, String type, int tokens, int threads, String figures) {
    double[] f = Arrays.stream(figures.split(",")).mapToDouble(Double::valueOf).toArray();
    out.printf(
        Locale.ROOT,
        "%-7d %-5s %5d %8.1f %9.2f %9.2f %9.2f %9.2f %7.3f %7.3f %7.3f%n",
        threads,
        type,
        tokens,
        f[0] / 1e6,
        f[1],
        f[2],
        f[3],
        f[4],
        f[6],
        f[7],
        f[8]);
    out.flush();
  }
}
