package io.wasmchord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pages that the JDK's tool javadoc has written beside ours, where it has.
 *
 * @param folder theirs
 */
record Javadoc(Path folder) {
  /** The folder's name in the site. */
  static final String NAME = "javadoc";

  /** The first page, as the site's pages link to it. */
  static final String FIRST = NAME + "/index.html";

  /** Of links within the folder: no other site, no script, no place in the same page. */
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\":#?]+)[#?]?[^\":]*\"");

  /** What lies in a site. */
  static Javadoc in(Path site) {
    return new Javadoc(site.resolve(NAME));
  }

  /** Whether there is any. */
  boolean exists() {
    return Files.isRegularFile(folder.resolve("index.html"));
  }

  /** Links that lead nowhere, a line each. */
  List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".html")).sorted().toList()) {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
          if (!Files.exists(page.resolveSibling(link.group(1)))) {
            problems.add(NAME + "/" + folder.relativize(page) + ": there is no " + link.group(1));
          }
        }
      }
    }
    return problems;
  }
}
