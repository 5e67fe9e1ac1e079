package io.wasmchord.cli.files;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord rerank} and {@code chord classify}, from arguments to output. */
class RerankCommandTest {
  @TempDir private Path folder;

  private CliOutput run(String command, String model, String... args) throws IOException {
    Path file = TinyFiles.classifier(model).write(folder.resolve("model.gguf"));
    return CliOutput.of(
        Stream.concat(Stream.of(command, "-m", file.toString()), Arrays.stream(args))
            .toArray(String[]::new));
  }

  private CliOutput rank(String... args) throws IOException {
    return run("rerank", "bert, ranks", args);
  }

  @Test
  void theBestDocumentComesFirst() throws IOException {
    CliOutput output = rank("--query", "the cat", "a dog", "the cat sat", "red");
    assertEquals(0, output.code(), output.err());
    String[] lines = output.lines();
    assertEquals(3, lines.length);
    double before = 1;
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      double score = Double.parseDouble(fields[0]);
      assertTrue(score <= before && score > 0, line);
      before = score;
      int number = Integer.parseInt(fields[1]);
      assertEquals(new String[] {"a dog", "the cat sat", "red"}[number - 1], fields[2]);
    }
    CliOutput one = rank("--query", "the cat", "--top-n", "1", "a dog", "the cat sat", "red");
    assertEquals(lines[0], one.lines()[0]);
    assertEquals(1, one.lines().length);
    Path file = Files.writeString(folder.resolve("texts"), "a dog\nthe cat sat\nred\n");
    assertEquals(output.out(), rank("-q", "the cat", "-f", file.toString()).out());
  }

  @Test
  void jsonIsTheModulesAnswer() throws IOException {
    CliOutput output = rank("-q", "the cat", "--json", "--raw-scores", "a dog", "the cat sat");
    assertEquals(0, output.code(), output.err());
    JsonNode json = output.json();
    assertEquals("list", json.get("object").textValue());
    assertEquals(2, json.get("results").size());
    JsonNode best = json.get("results").get(0);
    assertEquals(
        best.get("index").intValue() == 0 ? "a dog" : "the cat sat",
        best.get("document").get("text").textValue());
    assertEquals(7 + 8, json.get("usage").get("prompt_tokens").intValue());
  }

  @Test
  void whatCannotBeRankedIsRefused() throws IOException {
    assertEquals(2, rank("a dog").code());
    assertEquals(2, rank("-q", "", "a dog").code());
    assertEquals(2, rank("-q", "a", "--top-n", "0", "a dog").code());
    CliOutput empty = rank("-q", "a", "a dog", "");
    assertEquals(1, empty.code());
    assertTrue(empty.err().contains("document 2: it is empty"), empty.err());
    CliOutput longer = rank("-q", "a", "cat ".repeat(80));
    assertTrue(longer.err().contains("document 1: query and document have"), longer.err());
    assertEquals(0, rank("-q", "a", "--truncate", "cat ".repeat(80)).code());
    CliOutput labels = run("rerank", "bert, three numbers", "-q", "a", "b");
    assertTrue(labels.err().contains("a classifier with 3 labels (good, bad...)"), labels.err());
    Path bert = TinyFiles.encoder("bert").write(folder.resolve("bert.gguf"));
    CliOutput none = CliOutput.of("rerank", "-m", bert.toString(), "-q", "a", "b");
    assertEquals(1, none.code());
    assertTrue(none.err().contains("this model (bert) has no classification head"), none.err());
    CliOutput vectors = run("embed", "bert, ranks", "a");
    assertTrue(vectors.err().contains("is a reranker or classifier"), vectors.err());
  }

  @Test
  void textsGetLabels() throws IOException {
    CliOutput output = run("classify", "bert, three numbers", "the cat", "a dog");
    assertEquals(0, output.code(), output.err());
    assertEquals(2, output.lines().length);
    String[] labels = output.lines()[0].split("\t", -1);
    assertEquals(3, labels.length);
    double sum = 0;
    for (String label : labels) {
      sum += Double.parseDouble(label.split(" ", -1)[1]);
    }
    assertEquals(1, sum, 1e-5);
    CliOutput best =
        run("classify", "bert, three numbers", "--top-n", "1", "--function", "none", "the cat");
    assertEquals(labels[0].split(" ", -1)[0], best.lines()[0].split(" ", -1)[0]);
    JsonNode json = run("classify", "bert, three numbers", "--json", "the cat").json();
    assertEquals("classification", json.get("data").get(0).get("object").textValue());
    assertEquals(3, json.get("data").get(0).get("labels").size());
    assertEquals(4, json.get("usage").get("prompt_tokens").intValue());
    assertEquals(2, run("classify", "bert, three numbers", "--top-n", "0", "a").code());
  }

  @Test
  void helpSaysWhatTheyDo() {
    assertTrue(CliOutput.of("rerank", "--help").out().contains("--query"));
    assertTrue(CliOutput.of("classify", "--help").out().contains("--function"));
  }
}
