package io.wasmchord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of TypeScript declarations as a page: each exported one with its comment. It relies on how
 * the formatter writes these files: a declaration begins in the first column, and ends with the
 * first line from there that closes it.
 */
final class Declarations {
  private static final Pattern EXPORT =
      Pattern.compile(
          "export (?:declare )?(?:abstract )?"
              + "(?:interface|class|type|function|const|let|enum|namespace) (\\w+).*");

  private final List<Declaration> found = new ArrayList<>();
  private final StringBuilder comment = new StringBuilder();
  private final StringBuilder code = new StringBuilder();
  private String name = "";
  private int depth;

  private Declarations() {}

  private record Declaration(String name, String comment, String code) {}

  static Page page(Path root, Path file, String output, Markdown markdown) throws IOException {
    Declarations reader = new Declarations();
    Files.readAllLines(root.resolve(file)).forEach(reader::line);
    String title = file.getFileName().toString();
    StringBuilder html = new StringBuilder("<h1>" + Template.escape(title) + "</h1>\n");
    List<Page.Heading> headings = new ArrayList<>();
    headings.add(new Page.Heading(1, "", title, ""));
    for (Declaration each : reader.found) {
      headings.add(new Page.Heading(2, each.name, each.name, each.comment));
      html.append("<h2 id=\"").append(each.name).append("\"><code>").append(each.name);
      html.append("</code></h2>\n").append(markdown.fragment(each.comment));
      html.append("<pre tabindex=\"0\"><code class=\"language-ts\">");
      html.append(Template.escape(each.code)).append("</code></pre>\n");
    }
    return new Page(
        file, output, title, html.toString(), headings, List.of(), List.of(), List.of());
  }

  private void line(String line) {
    if (name.isEmpty()) {
      outside(line);
    } else {
      code.append(line).append('\n');
      close(line);
    }
  }

  private void outside(String line) {
    Matcher export = EXPORT.matcher(line);
    if (export.matches()) {
      name = export.group(1);
      code.append(line).append('\n');
      close(line);
    } else if (line.startsWith("/**")) {
      comment.setLength(0);
      comment.append(strip(line)).append('\n');
    } else if (line.startsWith(" *")) {
      comment.append(strip(line)).append('\n');
    } else {
      comment.setLength(0);
    }
  }

  private static String strip(String line) {
    return line.replaceFirst("^/\\*\\* ?", "")
        .replaceFirst("^ \\*/", "")
        .replaceFirst(" ?\\*/$", "")
        .replaceFirst("^ \\* ?", "")
        .replaceAll("\\{@link (\\w+)}", "`$1`")
        .replaceFirst("^@param (\\w+)", "- `$1`: ")
        .replaceFirst("^@(returns|throws)", "- $1: ");
  }

  private void close(String line) {
    String plain = line.replaceAll("'[^']*'|//.*|/\\*.*?\\*/", "");
    if (!plain.strip().startsWith("*")) {
      depth += (int) plain.chars().filter(c -> "{[(".indexOf(c) >= 0).count();
      depth -= (int) plain.chars().filter(c -> "}])".indexOf(c) >= 0).count();
    }
    if (depth == 0 && (plain.endsWith(";") || plain.endsWith("}"))) {
      found.add(new Declaration(name, comment.toString(), code.toString().stripTrailing()));
      comment.setLength(0);
      code.setLength(0);
      name = "";
    }
  }
}
