package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, from arguments to output. */
public class CliTest {
  private static final String DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf").toString();

  @TempDir Path folder;

  @Test
  void theEmbeddedModelGivesItsExpectedAnswers() {
    JsonNode expected =
        ReferenceData.json(Path.of(DEMO.replace(".gguf", ".expected.json"))).get("cases");
    assertEquals(9, expected.size());
    for (JsonNode c : expected) {
      int[] greedy = ReferenceData.ints(c.get("greedy_ids"));
      String tokens =
          Arrays.stream(ReferenceData.ints(c.get("prompt_ids")))
              .mapToObj(String::valueOf)
              .collect(Collectors.joining(","));
      CliOutput output =
          CliOutput.of(
              "logits",
              "-m",
              DEMO,
              "--tokens",
              tokens,
              "--greedy",
              "" + greedy.length,
              "--out",
              folder.resolve("rows.f32").toString());
      assertArrayEquals(
          greedy,
          Arrays.stream(output.out().trim().split(" ", -1)).mapToInt(Integer::parseInt).toArray());
    }
  }

  @Test
  void helpTellsTheDefaultsOfTheCore() {
    SamplerOptions otherwise = SamplerOptions.defaults(0);
    String help = CliOutput.of("run", "--help").out().replaceAll("\\s+", " ");
    for (String option :
        List.of(
            "0 is greedy (default: " + otherwise.temperature().value() + ").",
            "0 for all (default: " + otherwise.cuts().topK() + ").",
            "that reach p (default: " + otherwise.cuts().topP() + ").",
            "as the best (default: " + otherwise.cuts().minP() + ").",
            "of recent tokens (default: " + otherwise.penalties().repetition() + ").",
            "Per recent occurrence (default: " + otherwise.penalties().frequency() + ").",
            "For a recent token (default: " + otherwise.penalties().presence() + ").",
            "in tokens (default: " + otherwise.penalties().window() + ").")) {
      assertTrue(help.contains(option), option + " is not in " + help);
    }
  }

  @Test
  void runChats() {
    CliOutput output =
        CliOutput.of(
            "run", "-m", DEMO, "--chat", "--temp", "0", "-p", "What is the capital of Japan?");
    assertEquals("The capital of Japan is Tokyo.", output.out().trim());
    assertTrue(output.err().contains("tokens"), output.err());
    CliOutput text =
        CliOutput.of("run", "-m", DEMO, "--temp", "0", "-n", "3", "-p", "Once upon a time");
    assertEquals(0, text.code());
  }

  @Test
  void proposalsDoNotChangeTheAnswer() throws IOException {
    String[] asked = {
      "-m", DEMO, "--chat", "-n", "60", "--temp", "0.9", "--seed", "4", "-p", "Tell me a story."
    };
    String plain = CliOutput.of(with(asked, "run")).out();
    assertEquals(plain, CliOutput.of(with(asked, "run", "--lookup")).out());
    CliOutput drafted = CliOutput.of(with(asked, "run", "--draft", DEMO));
    assertEquals(plain, drafted.out());
    Path other = TinyFiles.file("llama").write(folder.resolve("other.gguf"));
    CliOutput refused = CliOutput.of(with(asked, "run", "--draft", other.toString()));
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("other.gguf cannot propose tokens for "), refused.err());
    assertEquals(2, CliOutput.of(with(asked, "run", "--draft", DEMO, "--lookup")).code());
    CliOutput none = CliOutput.of(with(asked, "run", "--mtp"));
    assertEquals(1, none.code());
    assertTrue(none.err().contains("no block that predicts further tokens"), none.err());
  }

  @Test
  void theBenchmarkComparesProposalsWithPlainDecoding() throws IOException {
    CliOutput output =
        CliOutput.of(
            "bench", "-m", DEMO, "-p", "4", "-n", "4", "--runs", "1", "--speculative", "--json");
    assertEquals(0, output.code(), output.err());
    JsonNode report = output.json();
    assertTrue(report.get("speculative_edit_ratio").asDouble() > 0);
    assertTrue(report.get("speculative_own_ratio").asDouble() > 0);
  }

  @Test
  void theCacheTypeIsAnOption() throws IOException {
    Path rows = folder.resolve("rows.f32");
    byte[] before = new byte[0];
    for (String type : new String[] {"f32", "f16", "q8_0"}) {
      String[] options = {"-m", DEMO, "--kv-cache", type};
      String question = "What is the capital of Japan?";
      CliOutput output =
          CliOutput.of(with(options, "run", "--chat", "--temp", "0", "-p", question));
      assertEquals("The capital of Japan is Tokyo.", output.out().trim(), type);
      assertEquals(
          0,
          CliOutput.of(with(options, "logits", "--tokens", "9,8,7,6", "--out", rows.toString()))
              .code());
      assertFalse(Arrays.equals(before, Files.readAllBytes(rows)), type + " rounds");
      before = Files.readAllBytes(rows);
    }
    assertEquals(2, CliOutput.of("run", "-m", DEMO, "--kv-cache", "q3", "-p", "x").code());
  }

  @Test
  void theBenchmarkSaysWhatTheCacheTakes() throws IOException {
    long full = cacheBytes("f32");
    assertEquals(full, 2 * cacheBytes("f16"));
    assertEquals(34 * full, 128 * cacheBytes("q8_0"));
  }

  private static long cacheBytes(String type) throws IOException {
    String[] options = {"-m", DEMO, "--kv-cache", type};
    CliOutput output =
        CliOutput.of(with(options, "bench", "-p", "8", "-n", "2", "--runs", "1", "--json"));
    JsonNode report = output.json();
    assertEquals(1, report.get("runs").intValue());
    assertEquals(type, report.get("kv_cache").textValue());
    return report.get("kv_cache_bytes").longValue();
  }

  @Test
  void theMemoryBudgetIsAnOption() throws IOException {
    String[] model = {"-m", DEMO, "--threads", "2", "--memory-budget"};
    String[] bench = {"-p", "8", "-n", "2", "--runs", "1", "--json"};
    CliOutput refused = CliOutput.of(with(model, "bench", with(bench, "1k")));
    assertEquals(1, refused.code());
    String least = refused.err().replaceAll("(?s).*at least (\\d+) bytes.*", "$1");
    CliOutput output = CliOutput.of(with(model, "bench", with(bench, least)));
    assertEquals(0, output.code(), output.err());
    JsonNode report = output.json();
    assertEquals(least, report.get("planned_bytes").asText());
    assertEquals(1, report.get("layer_slots").intValue());
    for (String name : new String[] {"layer_misses", "layer_bytes_read", "layer_read_gb_per_s"}) {
      assertTrue(report.get(name).asDouble() > 0, name);
    }
    assertEquals(0, report.get("layer_hits").intValue());
    assertEquals(2, CliOutput.of("run", "-m", DEMO, "--memory-budget", "much", "-p", "x").code());
    assertEquals(1, CliOutput.of("run", "-m", DEMO, "--prefetch", "-1", "-p", "x").code());
  }

  private static String[] with(String[] options, String command, String... more) {
    return Stream.of(Stream.of(command), Arrays.stream(options), Arrays.stream(more))
        .flatMap(s -> s)
        .toArray(String[]::new);
  }

  @Test
  void tokensThereAndBack() {
    CliOutput ids = CliOutput.of("tokenize", "-m", DEMO, "--ids", "Hello there");
    String[] args = ("detokenize -m " + DEMO + " " + ids.out().trim()).split(" ", -1);
    assertEquals("Hello there", CliOutput.of(args).out().trim());
  }

  @Test
  void inspectShowsTypesAndMemory() throws IOException {
    JsonNode node = CliOutput.of("inspect", DEMO, "--json").json();
    assertEquals(4_983_552 + 5, node.get("parameters").longValue() + 5);
    assertEquals(32, node.get("types").get("Q4_K").get("tensors").intValue());
    assertTrue(node.get("memory").get("kvCache").longValue() > 0);
    assertTrue(CliOutput.of("inspect", DEMO).out().contains("blk.0.attn_q.weight"));
  }

  /** One of seven layers stores 4,096 positions, the others 5 + 127 + 256 in whole runs. */
  @Test
  void inspectCountsWhatLayersWithWindowsStore() throws IOException {
    HeapWeights source = TinyFiles.file("gemma3", 8192);
    Path file = source.write(folder.resolve("gemma3.gguf"));
    JsonNode node = CliOutput.of("inspect", file.toString(), "--json").json();
    long row = 4 * 2 * (16 + 16);
    assertEquals((4096 + 6 * 400) * row, node.get("memory").get("kvCache").longValue());
    try (LoadedModel loaded = LoadedModel.builder(file).threads(1).load()) {
      Model model = loaded.model();
      KvCache cache = model.newCache(4096, KvType.F32);
      assertEquals((4096 + 6 * 400) * row, cache.spec().bytes());
      model.release(cache);
    }
  }

  @Test
  void aModelFromAnAddressIsKept() throws IOException {
    String[] cache = {"--cache-dir", folder.resolve("cache").toString()};
    Files.writeString(folder.resolve("index.html"), "a page");
    Path models = Path.of(DEMO).resolveSibling("");
    String url;
    try (DemoServer server = DemoServer.start(folder, 0, Map.of("/models", models))) {
      url = "http://127.0.0.1:" + server.port() + "/models/" + Path.of(DEMO).getFileName();
      assertTrue(CliOutput.of("list", cache[0], cache[1]).out().startsWith("no model is in "));
      CliOutput pulled = CliOutput.of("pull", url, cache[0], cache[1]);
      assertEquals(0, pulled.code(), pulled.err());
      assertEquals(-1, Files.mismatch(Path.of(DEMO), Path.of(pulled.out().strip())));
      assertTrue(pulled.err().endsWith("chord: llama, Q4_K, 3.1 MB\n"), pulled.err());
      CliOutput ids = CliOutput.of("tokenize", "-m", url, "--ids", "Hello", cache[0], cache[1]);
      assertEquals(
          CliOutput.of("tokenize", "-m", DEMO, "--ids", "Hello").out(), ids.out(), ids.err());
      assertEquals(1, CliOutput.of("inspect", url + "x", cache[0], cache[1]).code());
    }
    assertEquals(0, CliOutput.of("inspect", url, cache[0], cache[1]).code());
    String[] row = CliOutput.of("list", cache[0], cache[1]).lines()[1].split("  +", -1);
    assertEquals(
        List.of("wasm-chord-demo-q4_k_m.gguf", "3.1 MB", "llama", "Q4_K", url), List.of(row));
    JsonNode list = CliOutput.of("list", "--json", cache[0], cache[1]).json();
    assertEquals(Files.size(Path.of(DEMO)), list.at("/0/bytes").longValue());
    CliOutput path = CliOutput.of("pull", DEMO, cache[0], cache[1]);
    assertTrue(path.err().contains("is a path"), path.err());
    String listed = CliOutput.of("cache", "list", cache[0], cache[1]).out();
    assertTrue(listed.contains(url) && !listed.contains("%"), listed);
    String name = listed.substring(0, listed.indexOf(' '));
    assertEquals(0, CliOutput.of("cache", "delete", name, cache[0], cache[1]).code());
    assertEquals(1, CliOutput.of("cache", "delete", name, cache[0], cache[1]).code());
    assertEquals("0 deleted", CliOutput.of("cache", "clear", cache[0], cache[1]).out().trim());
    assertEquals(0, CliOutput.of("cache", "--help").code());
  }

  @Test
  void progressShowsBytesOfDownloadsOnly() {
    assertEquals("\rload 50% ", Progress.line("load", 1, 2));
    assertEquals(
        "\rdownload 2/3 25% (1.0 MB of 4.0 MB) ",
        Progress.line("download 2/3", 1_000_000, 4_000_000));
    assertEquals("\rdownload 1.50 GB ", Progress.line("download", 1_500_000_000, -1));
    assertTrue(Progress.line("load", 2, 2).endsWith("\n"));
  }

  @Test
  void quantizingTheOriginalGivesTheShippedFile() throws IOException {
    Path original = ReferenceData.models("demo/demo-f16.gguf");
    Path made = folder.resolve("q.gguf");
    assertEquals(0, CliOutput.of("quantize", original.toString(), made.toString()).code());
    assertEquals(-1, Files.mismatch(made, Path.of(DEMO)));
  }

  /** What has several rows and is no factor of a product stays float32. */
  @ParameterizedTest
  @ValueSource(strings = {"lfm2", "command-r with norms of heads"})
  void aQuantizedFileCanBeLoaded(String name) throws IOException {
    Path original = TinyFiles.file(name).write(folder.resolve("original.gguf"));
    Path made = folder.resolve("q8.gguf");
    String[] command = {"quantize", "--type", "q8_0", original.toString(), made.toString()};
    assertEquals(0, CliOutput.of(command).code());
    try (LoadedModel loaded = LoadedModel.builder(made).threads(1).load()) {
      assertTrue(loaded.model().config().layers() > 1);
    }
  }

  @Test
  void errorsAreOneLineWithAReason() throws IOException {
    Path page = Files.writeString(folder.resolve("page.gguf"), "<!doctype html><p>not a model</p>");
    CliOutput output = CliOutput.of("run", "-m", page.toString(), "-p", "x");
    assertEquals(1, output.code());
    assertTrue(
        output.err().startsWith("chord: ") && output.err().contains("not a GGUF"), output.err());
    assertEquals(1, CliOutput.of("inspect", folder.resolve("absent").toString()).code());
    assertEquals(2, CliOutput.of("run", "--nonsense").code());
    assertEquals(0, CliOutput.of("logits", "--help").code());
    assertEquals(1, CliOutput.of("run", "-m", DEMO, "-p", "x", "--top-p", "7").code());
  }

  @Test
  void theBenchmarkReportsEveryFigureAndWhereTimeGoes() throws IOException {
    CliOutput output =
        CliOutput.of(
            "bench", "-m", DEMO, "-p", "4,8", "-n", "4", "--runs", "1", "--profile", "--json");
    assertEquals(0, output.code(), output.err());
    JsonNode report = output.json();
    for (String name :
        new String[] {
          "prefill_8_tokens_per_s", "decode_after_4_tokens_per_s", "first_token_after_8_ms",
          "allocated_bytes", "memory_reads_gb_per_s", "decode_reads_gb_per_s"
        }) {
      assertTrue(report.get(name).asDouble() > 0, name);
    }
    assertTrue(report.get("profile").get("decode").has("matmul Q4_K"), output.out());
    assertTrue(report.get("profile").get("prefill").has("attention"), output.out());
  }

  @Test
  void theBenchmarkComparesSequencesTogetherWithOne() throws IOException {
    CliOutput output =
        CliOutput.of(
            "bench",
            "-m",
            DEMO,
            "-p",
            "4",
            "-n",
            "4",
            "--runs",
            "1",
            "--parallel",
            "1,3",
            "--json");
    assertEquals(0, output.code(), output.err());
    for (String name :
        new String[] {"parallel_1_tokens_per_s", "parallel_3_tokens_per_s", "parallel_3_ratio"}) {
      assertTrue(output.json().get(name).asDouble() > 0, name);
    }
    assertEquals(1, CliOutput.of("bench", "-m", DEMO, "--parallel", "0").code());
    assertEquals(1, CliOutput.of("bench", "-m", DEMO, "--parallel", "1,17").code());
  }

  private static CliOutput output(List<List<String>> parts) {
    return CliOutput.of(parts.stream().flatMap(List::stream).toArray(String[]::new));
  }

  /** The first has the seed, the next one the seed after it. */
  @Test
  void severalAnswersAreThoseOfTheSeedsThatFollow() {
    List<String> run =
        List.of("run", "-m", DEMO, "-p", "Tell me a joke.", "-n", "8", "--temp", "1.5");
    for (List<String> chat : List.of(List.<String>of(), List.of("--chat"))) {
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < 3; i++) {
        CliOutput one = output(List.of(run, chat, List.of("--seed", "" + (5 + i))));
        expected.append("[answer ").append(i + 1).append("]\n").append(one.out());
      }
      CliOutput all = output(List.of(run, chat, List.of("--seed", "5", "--answers", "3")));
      assertEquals(0, all.code(), all.err());
      assertEquals(expected.toString(), all.out());
    }
    assertEquals(1, CliOutput.of("run", "-m", DEMO, "--answers", "2").code());
    assertEquals(1, CliOutput.of("run", "-m", DEMO, "-p", "x", "--answers", "0").code());
  }
}
