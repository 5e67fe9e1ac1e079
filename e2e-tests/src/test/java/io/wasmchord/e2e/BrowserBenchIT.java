package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.browser.BrowserBenchCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The browser's benchmark reports what it promises; how fast is not a test's business. */
class BrowserBenchIT {
  private static String run(int status, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new BrowserBenchCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out));
    assertEquals(status, line.execute(arguments), out.toString());
    return out.toString();
  }

  @Test
  void figuresForEveryThreadNumberAndPrompt() throws IOException {
    String demo =
        Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf")
            .toString();
    String text =
        run(
            0,
            "-m",
            demo,
            "--threads",
            "1,2",
            "--prompts",
            "16",
            "-n",
            "8",
            "--runs",
            "1",
            "--json");
    JsonNode report = new ObjectMapper().readTree(text.substring(text.indexOf('{')));
    assertEquals("relaxed-simd", report.get("backend").asText());
    assertTrue(report.get("linearBytes").asLong() > report.get("modelBytes").asLong());
    assertTrue(report.get("readBandwidthOneThread").asDouble() > 0);
    assertEquals(12, report.get("medians").size());
    for (JsonNode row : report.get("medians")) {
      assertTrue(row.get("ours").asDouble() > 0, row.toString());
    }
  }

  @Test
  void aProfileSaysWhatThreadsDidWithEachKernel() {
    String demo = System.getProperty("chord.root") + "/models/wasm-chord-demo-q4_k_m.gguf";
    String text =
        run(
            0,
            "-m",
            demo,
            "--threads",
            "2",
            "--prompts",
            "16",
            "-n",
            "8",
            "--runs",
            "1",
            "--profile");
    assertTrue(text.matches("(?s).*matmulQ4K +0 .*rmsNorm +0 .*thread 0: .*"), text); // alone
  }

  @Test
  void loadsAreMeasuredOfEveryVisit() throws IOException {
    String demo = System.getProperty("chord.root") + "/models/wasm-chord-demo-q4_k_m.gguf";
    String text = run(0, "-m", demo, "--threads", "2", "--loading", "--runs", "1", "--json");
    JsonNode report = new ObjectMapper().readTree(text.substring(text.indexOf('{')));
    assertEquals(4, report.get("medians").size());
    for (JsonNode visit : report.get("medians")) {
      double load = visit.get("loadMs").asDouble();
      assertTrue(load > 0 && visit.get("firstTokenMs").asDouble() > load, visit.toString());
    }
    assertTrue(report.get("layerBytesPerSecond").asDouble() > 0);
    assertTrue(report.get("storageBytesPerSecond").asDouble() > 0);
  }

  @Test
  void aMissingModelIsNamed() {
    assertTrue(run(1, "-m", "missing.gguf").contains("missing.gguf"));
  }
}
