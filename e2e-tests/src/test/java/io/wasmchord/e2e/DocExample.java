package io.wasmchord.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fenced block of the README or of a page in {@code docs}.
 *
 * @param place the file and the line of the fence, as in {@code docs/text.md:19}
 * @param language what the fence says; empty where it says nothing
 * @param text the block's lines, without the indent of its fence
 */
record DocExample(String place, String language, String text) {
  static final Path ROOT = Path.of(System.getProperty("chord.root"));
  private static final String FENCE = "```";

  /** All blocks whose fences name a language. */
  static List<DocExample> in(String language) {
    return pages().stream()
        .flatMap(page -> blocks(page).stream())
        .filter(example -> example.language.equals(language))
        .toList();
  }

  /** The README and the pages, in the order of their names. */
  static List<Path> pages() {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(
                  ROOT.resolve("README.md"),
                  ROOT.resolve(Path.of("wasm-web", "src", "main", "npm", "README.md"))),
              files.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<DocExample> blocks(Path page) {
    List<DocExample> blocks = new ArrayList<>();
    List<String> lines = lines(page);
    for (int at = 0; at < lines.size(); at++) {
      int indent = lines.get(at).indexOf(FENCE);
      if (indent < 0 || !lines.get(at).isBlank() && !lines.get(at).strip().startsWith(FENCE)) {
        continue;
      }
      int begin = at;
      StringBuilder text = new StringBuilder();
      for (at++; !lines.get(at).strip().equals(FENCE); at++) {
        String line = lines.get(at);
        text.append(line.substring(Math.min(indent, line.length()))).append('\n');
      }
      blocks.add(
          new DocExample(
              ROOT.relativize(page) + ":" + (begin + 1),
              lines.get(begin).strip().substring(FENCE.length()),
              text.toString()));
    }
    return blocks;
  }

  /** A name of this block that a class or a function may have. */
  String name() {
    return "Example_" + place.replaceAll("\\W", "_");
  }

  @Override
  public String toString() {
    return place;
  }
}
