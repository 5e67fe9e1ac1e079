package io.wasmchord.cli.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.cli.CliOutput;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord embed}, from arguments to output. */
public class EmbedCommandTest {
  @TempDir private Path folder;
  private Path bert = Path.of("");

  @BeforeEach
  void write() throws IOException {
    bert = TinyFiles.encoder("bert").write(folder.resolve("bert.gguf"));
  }

  private CliOutput embed(String... args) {
    return CliOutput.of(
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
    CliOutput output = embed("the cat", "the cat sat on the mat");
    assertEquals(0, output.code(), output.err());
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
    CliOutput arguments = embed("--format", "lines", "the cat", "a dog");
    assertEquals(2, arguments.lines().length, arguments.err());
    assertEquals(1, length(numbers(arguments.lines()[0])), 1e-6);
    Path file = Files.writeString(folder.resolve("texts"), "the cat\na dog\n");
    assertEquals(arguments.out(), embed("--format", "lines", "-f", file.toString()).out());
    String[] lines = {"embed", "-m", bert.toString(), "--format", "lines"};
    assertEquals(arguments.out(), CliOutput.typed("the cat\na dog", lines).out());
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
    CliOutput output = embed("--similarity", "the cat", "a dog", "THE CAT");
    assertEquals(3, output.lines().length, output.err());
    double[] row = numbers(output.lines()[0]);
    assertArrayEquals(new double[] {1, row[1], 1}, row, 1e-9);
    assertEquals(row[1], numbers(output.lines()[1])[0]);
    assertEquals(1, embed("--similarity", "--pooling", "none", "a", "b").code());
  }

  @Test
  void aLongTextIsRefusedUnlessItMayBeCut() throws IOException {
    String text = TinyFiles.text(100);
    CliOutput refused = embed("the cat", text);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("text 2: the text has 102 tokens"), refused.err());
    assertEquals(64, embed("--truncate", text).json().get("usage").get("prompt_tokens").intValue());
    assertEquals(
        10, embed("--truncate", "--ctx", "10", text).json().at("/usage/prompt_tokens").intValue());
    assertEquals(1, embed("--ctx", "65", "a").code());
  }

  @Test
  void aLanguageModelGivesVectorsToo() throws IOException {
    JsonNode json = CliOutput.of("embed", "-m", demo(), "Hello").json();
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
      CliOutput output =
          CliOutput.of(
              Stream.concat(Arrays.stream(more), Stream.of("-m", bert.toString()))
                  .toArray(String[]::new));
      assertEquals(1, output.code());
      assertTrue(
          output.err().startsWith("chord: this is an embedding model (bert)")
              && output.err().contains("chord embed"),
          output.err());
    }
    assertTrue(CliOutput.of("inspect", bert.toString()).out().contains("kind = embedding model"));
  }

  @Test
  void aQuantizedEncoderIsClose() {
    Path small = folder.resolve("small.gguf");
    assertEquals(
        0, CliOutput.of("quantize", "--type", "q8_0", bert.toString(), small.toString()).code());
    assertTrue(CliOutput.of("inspect", small.toString()).out().contains("Q8_0"));
    String text = TinyFiles.text(20);
    double[] exact = numbers(embed("--format", "lines", text).lines()[0]);
    double[] close =
        numbers(
            CliOutput.of("embed", "-m", small.toString(), "--format", "lines", text).lines()[0]);
    double cosine = 0;
    for (int i = 0; i < exact.length; i++) {
      cosine += exact[i] * close[i];
    }
    assertTrue(cosine > 0.995 && cosine < 1 - 1e-7, "cosine " + cosine);
  }

  @Test
  void wrongUsageIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xE9, 'b'});
    assertEquals(2, embed("-f", file.toString(), "text").code());
    CliOutput output = embed("-f", file.toString());
    assertEquals(1, output.code());
    assertTrue(output.err().contains("UTF-8"), output.err());
    assertEquals(1, embed("-f", folder.resolve("absent").toString()).code());
    assertEquals(2, embed("--pooling", "rank", "x").code());
    CliOutput help = CliOutput.of("embed", "--help");
    for (String option : new String[] {"--pooling", "--no-normalize", "--format", "--truncate"}) {
      assertTrue(help.out().contains(option), help.out());
    }
  }
}
