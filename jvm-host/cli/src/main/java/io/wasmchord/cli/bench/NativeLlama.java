package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Native llama.cpp, through npm's node-llama-cpp and the CPU build that comes with it. */
public final class NativeLlama {
  static final NpmPackage PACKAGE = new NpmPackage("node-llama-cpp", "3.22.1");
  private static final String SCRIPT = "native.mjs";

  private final Path folder;

  private NativeLlama(Path folder) {
    this.folder = folder;
  }

  /** Installs what is missing. */
  static NativeLlama install() throws IOException, InterruptedException {
    Path folder = PACKAGE.install();
    try (InputStream script =
        Objects.requireNonNull(NativeLlama.class.getResourceAsStream("/bench/" + SCRIPT))) {
      Files.write(folder.resolve(SCRIPT), script.readAllBytes());
    }
    return new NativeLlama(folder);
  }

  /**
   * One process: loads the model and answers a prompt of each length, with {@code tokens} tokens.
   */
  BenchFigures run(Path model, int threads, List<Integer> lengths, int tokens)
      throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                "node",
                SCRIPT,
                model.toAbsolutePath().toString(),
                Integer.toString(threads),
                lengths.stream().map(String::valueOf).collect(Collectors.joining(",")),
                Integer.toString(tokens))
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (node.waitFor() != 0) {
      throw new IllegalStateException(
          PACKAGE.name() + " failed; try it by hand: node " + folder.resolve(SCRIPT));
    }
    JsonNode result = new ObjectMapper().readTree(out.substring(out.indexOf('{')));
    BenchFigures figures = new BenchFigures(result.get("load").asDouble());
    for (int i = 0; i < lengths.size(); i++) {
      JsonNode answer = result.get("answers").get(i);
      figures.add(
          lengths.get(i),
          answer.get("prefill").asDouble(),
          answer.get("decode").asDouble(),
          answer.get("first").asDouble());
    }
    return figures;
  }
}
