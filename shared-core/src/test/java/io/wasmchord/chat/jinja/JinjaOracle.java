package io.wasmchord.chat.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Another engine, in a process of its own, that renders the same cases: Python's Jinja2 where it is
 * installed, or npm's {@code @huggingface/jinja}, which is installed into the build's folder. A
 * test is skipped where the engine cannot be had.
 */
final class JinjaOracle {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PACKAGE = "@huggingface/jinja";
  private static final String VERSION = "0.5.11";
  private static final int MINUTES = 3;

  private final Path folder;
  private final List<String> command;

  private JinjaOracle(Path folder, List<String> command) {
    this.folder = folder;
    this.command = command;
  }

  static JinjaOracle jinja2() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "jinja2").toAbsolutePath());
    boolean there = run(folder, List.of("python3", "-c", "import jinja2"));
    Assumptions.assumeTrue(there, "python3 with jinja2 is not installed");
    return new JinjaOracle(folder, List.of("python3", script("jinja2_oracle.py")));
  }

  static JinjaOracle huggingFace() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "huggingface-jinja").toAbsolutePath());
    Assumptions.assumeTrue(run(folder, List.of("node", "--version")), "node is not installed");
    if (!Files.exists(folder.resolve("node_modules").resolve(PACKAGE).resolve("package.json"))) {
      List<String> install =
          List.of("npm", "install", "--no-save", "--ignore-scripts", PACKAGE + "@" + VERSION);
      Assumptions.assumeTrue(run(folder, install), "npm could not install " + PACKAGE);
    }
    return new JinjaOracle(folder, List.of("node", script("huggingface_oracle.mjs")));
  }

  private static String script(String name) throws Exception {
    return Path.of(JinjaOracle.class.getResource("/jinja/" + name).toURI()).toString();
  }

  private static boolean run(Path folder, List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean done = process.waitFor(MINUTES, TimeUnit.MINUTES);
      process.destroy();
      return done && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  /** What the engine makes of each case: a text, or nothing after an error. */
  List<Optional<String>> render(List<JinjaCase> cases) throws IOException, InterruptedException {
    ArrayNode input = JSON.createArrayNode();
    for (JinjaCase c : cases) {
      input.addObject().put("template", c.template()).set("context", JSON.readTree(c.context()));
    }
    Path from = folder.resolve("cases.json");
    Path to = folder.resolve("results.json");
    JSON.writeValue(from.toFile(), input);
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(from.toString(), to.toString()));
    if (!run(folder, all)) {
      throw new IOException("the other engine failed: " + String.join(" ", all));
    }
    List<Optional<String>> results = new ArrayList<>();
    for (JsonNode result : JSON.readTree(to.toFile())) {
      results.add(Optional.ofNullable(result.get("text")).map(JsonNode::textValue));
    }
    return results;
  }
}
