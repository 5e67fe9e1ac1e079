package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The JS module's own tests, in src/test/js, run by Node.js's runner. Each of them is a test here,
 * so that they are counted; without Node.js they are skipped.
 */
class ModuleScriptsTest {
  private static final Path FOLDER = Path.of("src", "test", "js");
  private static final int LEAST_NODE = 20;

  @TempDir Path folder;

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".test.mjs")).sorted().toList();
    }
  }

  private record Ended(int status, String out) {}

  private static Ended node(Path log, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(arguments);
    Process node =
        new ProcessBuilder(command)
            .redirectError(log.toFile()) // where the runner's own failures are
            .start();
    node.getOutputStream().close();
    String out = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(node.waitFor(), out);
  }

  /** The number of Node.js's version, where there is one that can run these tests. */
  private void assumeNode(Path log) throws InterruptedException {
    try {
      String version = node(log, List.of("--version")).out().strip();
      int major = Integer.parseInt(version.substring(1, version.indexOf('.')));
      Assumptions.assumeTrue(
          major >= LEAST_NODE, "the JS module's tests need Node.js 20 or later, not " + version);
    } catch (IOException e) {
      Assumptions.abort("the JS module's tests need Node.js, and there is none");
    }
  }

  @TestFactory
  Stream<DynamicNode> scriptsOfTheModule() throws Exception {
    Path log = folder.resolve("log");
    assumeNode(log);
    List<String> arguments = new ArrayList<>(List.of("--test", "--test-reporter=junit"));
    scripts().forEach(script -> arguments.add(script.toString()));
    Ended ended = node(log, arguments);
    List<DynamicTest> tests = new ArrayList<>();
    long failed = 0;
    for (Element test : cases(ended.out())) {
      NodeList failure = test.getElementsByTagName("failure");
      failed += failure.getLength();
      tests.add(
          dynamicTest(
              test.getAttribute("name"),
              () -> {
                Assumptions.assumeTrue(
                    test.getElementsByTagName("skipped").getLength() == 0, "skipped by its script");
                if (failure.getLength() > 0) {
                  throw new AssertionError(failure.item(0).getTextContent());
                }
              }));
    }
    boolean told = (ended.status() == 0) == (failed == 0) && !tests.isEmpty();
    String said = ended.status() + "\n" + ended.out() + Files.readString(log);
    return Stream.of(
        dynamicTest("the runner tells of every failure", () -> assertTrue(told, said)),
        dynamicContainer("scripts", tests));
  }

  private static List<Element> cases(String report) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    NodeList found =
        factory
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("testcase");
    List<Element> cases = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      cases.add((Element) found.item(i));
    }
    return cases;
  }

  @Test
  void aFailureIsSeen() throws Exception {
    Path log = folder.resolve("log");
    assumeNode(log);
    Path script =
        Files.writeString(
            folder.resolve("wrong.test.mjs"),
            "import { test } from 'node:test';\ntest('wrong', () => { throw new Error('so it is'); });\n");
    Ended ended = node(log, List.of("--test", "--test-reporter=junit", script.toString()));
    assertEquals(1, ended.status());
    Element failure =
        (Element) cases(ended.out()).getFirst().getElementsByTagName("failure").item(0);
    assertTrue(failure.getTextContent().contains("so it is"), ended.out());
  }
}
