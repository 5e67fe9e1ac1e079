package io.wasmchord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the site. */
public final class DocsSite {
  private static final List<String> ASSETS = List.of("docs.css", "docs.js");

  private final Path root;
  private final Contents contents;
  private final Markdown markdown;
  private final List<Page> pages = new ArrayList<>();

  private DocsSite(Path root, Contents contents) {
    this.root = root;
    this.contents = contents;
    markdown = new Markdown(root, contents.outputs());
  }

  /** Two arguments: the repository's root, and the folder to write, which is made. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("give the repository's root and a folder to write");
    }
    build(Path.of(args[0]).toAbsolutePath().normalize(), Path.of(args[1]));
  }

  /**
   * @param root the repository's root, with {@code docs/contents.md}
   * @param out the folder to write; files of other names in it are left alone. Javadoc that lies in
   *     its folder {@code javadoc} is listed
   * @throws BrokenDocsException if a link leads nowhere, or a page of {@code docs} is not listed;
   *     nothing is written then
   */
  static void build(Path root, Path out) throws IOException {
    Javadoc javadoc = Javadoc.in(out);
    Contents contents = Contents.read(root);
    DocsSite site =
        new DocsSite(root, javadoc.exists() ? contents.with("Javadoc", Javadoc.FIRST) : contents);
    site.read(javadoc.exists() ? javadoc.problems() : List.of());
    site.write(out);
  }

  private void read(List<String> others) throws IOException {
    for (Map.Entry<Path, String> entry : contents.outputs().entrySet()) {
      Path file = entry.getKey();
      pages.add(
          file.toString().endsWith(".d.ts")
              ? Declarations.page(root, file, entry.getValue(), markdown)
              : markdown.page(file, entry.getValue()));
    }
    List<String> problems = new ArrayList<>(contents.problems());
    problems.addAll(others);
    pages.forEach(page -> problems.addAll(page.problems(pages)));
    if (!problems.isEmpty()) {
      throw new BrokenDocsException(problems);
    }
  }

  private void write(Path out) throws IOException {
    Files.createDirectories(out);
    Template template = new Template(contents);
    for (Page page : pages) {
      Files.writeString(out.resolve(page.output()), template.apply(page));
      for (Path image : page.images()) {
        Files.copy(
            root.resolve(image),
            out.resolve(Page.imageName(image)),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(out.resolve("search.json"), SearchIndex.of(pages));
    for (String asset : ASSETS) {
      try (var in = Objects.requireNonNull(DocsSite.class.getResourceAsStream(asset), asset)) {
        Files.write(out.resolve(asset), in.readAllBytes());
      }
    }
  }
}
