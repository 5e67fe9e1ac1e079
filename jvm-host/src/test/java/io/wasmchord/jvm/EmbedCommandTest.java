package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord embed}, from arguments to output. */
class EmbedCommandTest {
  @TempDir private Path folder;
  private Path bert = Path.of("");

  private record Output(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }

    String[] lines() {
      return out.strip().split("\n", -1);
    }
  }

  @BeforeEach
  void write() throws IOException {
    HeapWeights source = TinyFiles.encoder("bert");
    byte[] bytes = new byte[(int) source.size()];
    source.bytes().getBytes(0, bytes, 0, bytes.length);
    bert = Files.write(folder.resolve("bert.gguf"), bytes);
  }

  private static Output chord(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = ChordCli.run(args);
      return new Output(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Output embed(String... args) {
    return chord(
        Stream.concat(Stream.of("embed", "-m", bert.toString()), Arrays.stream(args))
            .toArray(String[]::new));
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static double length(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
  }

  @Test
  void jsonHasOpenAisShape() throws IOException {
    Output output = embed("the cat", "the cat sat on the mat");
    assertEquals(0, output.code, output.err);
    JsonNode json = output.json();
    assertEquals("list", json.get("object").textValue());
    assertEquals("bert.gguf", json.get("model").textValue());
    assertEquals(4 + 8, json.get("usage").get("prompt_tokens").intValue());
    assertEquals(4 + 8, json.get("usage").get("total_tokens").intValue());
    assertEquals(2, json.get("data").size());
    JsonNode second = json.get("data").get(1);
    assertEquals("embedding", second.get("object").textValue());
    assertEquals(1, second.get("index").intValue());
    assertEquals(32, second.get("embedding").size());
  }

  @Test
  void linesOfAFileOfStandardInputAndOfArgumentsAreTheSame() throws IOException {
    Output arguments = embed("--format", "lines", "the cat", "a dog");
    assertEquals(2, arguments.lines().length, arguments.err);
    assertEquals(1, length(numbers(arguments.lines()[0])), 1e-6);
    Path file = Files.writeString(folder.resolve("texts"), "the cat\na dog\n");
    assertEquals(arguments.out, embed("--format", "lines", "-f", file.toString()).out);
    InputStream in = System.in;
    try {
      System.setIn(new ByteArrayInputStream("the cat\na dog".getBytes(StandardCharsets.UTF_8)));
      assertEquals(arguments.out, embed("--format", "lines").out);
    } finally {
      System.setIn(in);
    }
  }

  @Test
  void poolingAndLengthAreOptions() throws IOException {
    JsonNode none = embed("--pooling", "none", "the cat").json();
    assertEquals(4, none.get("data").get(0).get("embedding").size());
    String first = embed("--format", "lines", "--pooling", "none", "the cat").lines()[0];
    assertEquals(first, embed("--format", "lines", "--pooling", "cls", "the cat").lines()[0]);
    double[] raw = numbers(embed("--format", "lines", "--no-normalize", "the cat").lines()[0]);
    double[] unit = numbers(embed("--format", "lines", "the cat").lines()[0]);
    double by = length(raw);
    assertTrue(Math.abs(by - 1) > 0.01, "length " + by);
    assertArrayEquals(Arrays.stream(raw).map(v -> v / by).toArray(), unit, 1e-6);
  }

  @Test
  void similarityIsAMatrix() {
    Output output = embed("--similarity", "the cat", "a dog", "THE CAT");
    assertEquals(3, output.lines().length, output.err);
    double[] row = numbers(output.lines()[0]);
    assertArrayEquals(new double[] {1, row[1], 1}, row, 1e-9);
    assertEquals(row[1], numbers(output.lines()[1])[0]);
    assertEquals(1, embed("--similarity", "--pooling", "none", "a", "b").code);
  }

  @Test
  void aLongTextIsRefusedUnlessItMayBeCut() throws IOException {
    String text = TinyFiles.text(100);
    Output refused = embed("the cat", text);
    assertEquals(1, refused.code);
    assertTrue(refused.err.contains("text 2: the text has 102 tokens"), refused.err);
    assertEquals(64, embed("--truncate", text).json().get("usage").get("prompt_tokens").intValue());
    assertEquals(
        10, embed("--truncate", "--ctx", "10", text).json().at("/usage/prompt_tokens").intValue());
    assertEquals(1, embed("--ctx", "65", "a").code);
  }

  @Test
  void aLanguageModelGivesVectorsToo() throws IOException {
    JsonNode json = chord("embed", "-m", demo(), "Hello").json();
    assertEquals(256, json.get("data").get(0).get("embedding").size());
  }

  private static String demo() {
    return Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf")
        .toString();
  }

  @Test
  void anEncoderDoesNotChat() {
    for (String[] more :
        new String[][] {
          {"run", "-p", "x"},
          {"run", "--chat", "-p", "x"},
          {"logits", "--tokens", "1", "--out", folder.resolve("o").toString()}
        }) {
      Output output =
          chord(
              Stream.concat(Arrays.stream(more), Stream.of("-m", bert.toString()))
                  .toArray(String[]::new));
      assertEquals(1, output.code);
      assertTrue(
          output.err.startsWith("chord: this is an embedding model (bert)")
              && output.err.contains("chord embed"),
          output.err);
    }
    assertTrue(chord("inspect", bert.toString()).out.contains("kind = embedding model"));
  }

  @Test
  void aQuantizedEncoderIsClose() {
    Path small = folder.resolve("small.gguf");
    assertEquals(0, chord("quantize", "--type", "q8_0", bert.toString(), small.toString()).code);
    assertTrue(chord("inspect", small.toString()).out.contains("Q8_0"));
    String text = TinyFiles.text(20);
    double[] exact = numbers(embed("--format", "lines", text).lines()[0]);
    double[] close =
        numbers(chord("embed", "-m", small.toString(), "--format", "lines", text).lines()[0]);
    double cosine = 0;
    for (int i = 0; i < exact.length; i++) {
      cosine += exact[i] * close[i];
    }
    assertTrue(cosine > 0.995 && cosine < 1 - 1e-7, "cosine " + cosine);
  }

  @Test
  void wrongUsageIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xE9, 'b'});
    assertEquals(2, embed("-f", file.toString(), "text").code);
    Output output = embed("-f", file.toString());
    assertEquals(1, output.code);
    assertTrue(output.err.contains("UTF-8"), output.err);
    assertEquals(1, embed("-f", folder.resolve("absent").toString()).code);
    assertEquals(2, embed("--pooling", "rank", "x").code);
    Output help = chord("embed", "--help");
    for (String option : new String[] {"--pooling", "--no-normalize", "--format", "--truncate"}) {
      assertTrue(help.out.contains(option), help.out);
    }
  }
}
