package io.wasmchord.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocsSiteTest {
  @TempDir private Path root;

  @BeforeEach
  void docs() throws IOException {
    write(
        "docs/contents.md",
        "# All\n\n## Use it\n\n- [First](first.md): words\n- [Read me](../README.md)\n- [Types](../js/a.d.ts)\n");
    write(
        "docs/first.md",
        "# First page\n\n## It's `code`, twice\n\nSee [it](../README.md#more) and [code](#its-code-twice).\n");
    write(
        "README.md",
        "# Read me\n\n![a picture](docs/demo.png)\n\n## More\n\n<script>alert(1)</script>\n\n[the sources](js)\n");
    write("docs/demo.png", "png");
    write(
        "js/a.d.ts",
        "/** What it *does*. */\nexport interface A {\n  /** not `}` */\n  b: { c: string };\n}\n\nexport type B = 'x{' | A;\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String built(String file) throws IOException {
    DocsSite.build(root, root.resolve("out"));
    return Files.readString(root.resolve("out").resolve(file));
  }

  private String problem() {
    Path out = root.resolve("out");
    String message =
        assertThrows(BrokenDocsException.class, () -> DocsSite.build(root, out)).getMessage();
    assertFalse(Files.exists(out));
    return message;
  }

  @Test
  void linksLeadToTheSitesPages() throws IOException {
    String page = built("first.html");
    assertTrue(page.contains("<a href=\"readme.html#more\">it</a>"), page);
    assertTrue(page.contains("<h2 id=\"its-code-twice\">"), page);
    assertTrue(page.contains("<a href=\"first.html\" aria-current=\"page\">First</a>"), page);
    assertTrue(Files.exists(root.resolve("out/demo.png")));
    assertTrue(Files.exists(root.resolve("out/docs.css")));
    assertTrue(
        Files.readString(root.resolve("out/search.json")).contains("first.html#its-code-twice"));
  }

  @Test
  void whatIsOnlyInTheSourcesIsNoLinkAndHtmlIsText() throws IOException {
    String page = built("readme.html");
    assertTrue(page.contains("<p>the sources</p>"), page);
    assertFalse(page.contains("<script>alert"), page);
  }

  @Test
  void declarationsHaveTheirComments() throws IOException {
    String page = built("api-a.html");
    assertTrue(
        page.contains("<h2 id=\"A\"><code>A</code></h2>\n<p>What it <em>does</em>.</p>"), page);
    assertTrue(page.contains("  b: { c: string };\n}</code>"), page);
    assertTrue(page.contains("<h2 id=\"B\">"), page);
    assertTrue(page.contains("export type B = 'x{' | A;"), page);
  }

  @Test
  void aLinkToNoPageIsRefused() throws IOException {
    write("docs/first.md", "# First\n\n[gone](gone.md)\n");
    assertEquals("docs/first.md: there is no gone.md", problem());
  }

  @Test
  void aLinkToNoHeadingIsRefusedWithThoseThereAre() throws IOException {
    write("docs/first.md", "# First\n\n[gone](../README.md#les)\n");
    assertEquals("docs/first.md: README.md has no heading #les; it has read-me, more", problem());
  }

  @Test
  void aPageThatIsNotListedIsRefused() throws IOException {
    write("docs/second.md", "# Second\n");
    assertEquals("docs/contents.md does not list docs/second.md", problem());
  }

  @Test
  void aListedPageThatIsMissingIsRefused() throws IOException {
    Files.delete(root.resolve("docs/first.md"));
    assertTrue(problem().contains("there is no docs/first.md"));
  }

  @Test
  void headingsOfOneNameAreTold() throws IOException {
    write("docs/first.md", "# First\n\n## Same\n\n## Same\n\n[second](#same-1)\n");
    assertTrue(built("first.html").contains("<h2 id=\"same-1\">"));
  }

  @Test
  void javadocIsListedAndItsLinksAreFollowed() throws IOException {
    write("out/javadoc/index.html", "<a href=\"a/B.html#c()\">B</a> <a href=\"https://x.org/y\">");
    write("out/javadoc/a/B.html", "<a href=\"../index.html\">up</a> <a href=\"#c()\">c</a>");
    assertTrue(built("first.html").contains("<a href=\"javadoc/index.html\">Javadoc</a>"));
    write("out/javadoc/a/B.html", "<a href=\"C.html\">C</a>");
    assertEquals(
        "javadoc/a/B.html: there is no C.html",
        assertThrows(BrokenDocsException.class, () -> DocsSite.build(root, root.resolve("out")))
            .getMessage());
  }
}
