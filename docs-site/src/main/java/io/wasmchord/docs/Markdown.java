package io.wasmchord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/** Markdown files, as pages of the site. */
final class Markdown {
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

  private final Parser parser = Parser.builder().extensions(EXTENSIONS).build();
  private final TextContentRenderer plain =
      TextContentRenderer.builder().extensions(EXTENSIONS).build();
  private final Path root;
  private final Map<Path, String> outputs;

  /**
   * @param root the repository's root
   * @param outputs the site's file of each of its pages, by the page's path in the repository
   */
  Markdown(Path root, Map<Path, String> outputs) {
    this.root = root;
    this.outputs = outputs;
  }

  Page page(Path file, String output) throws IOException {
    Node document = parser.parse(Files.readString(root.resolve(file)));
    References references = new References(file);
    document.accept(references);
    Map<Node, String> ids = new HashMap<>();
    List<Page.Heading> headings = headings(document, ids);
    return new Page(
        file,
        output,
        headings.isEmpty() ? file.toString() : headings.getFirst().title(),
        renderer(ids).render(document),
        headings,
        references.links,
        references.images,
        references.missing);
  }

  /** A comment's text, whose links are those of the site. */
  String fragment(String text) {
    return renderer(Map.of()).render(parser.parse(text));
  }

  private static HtmlRenderer renderer(Map<Node, String> ids) {
    return HtmlRenderer.builder()
        .extensions(EXTENSIONS)
        .escapeHtml(true)
        .attributeProviderFactory(context ->
            (node, tag, attributes) -> {
              String id = ids.get(node);
              if (id != null) {
                attributes.put("id", id);
              }
              if (tag.equals("pre")) {
                attributes.put("tabindex", "0"); // a keyboard can scroll it
              }
            })
        .build();
  }

  private List<Page.Heading> headings(Node document, Map<Node, String> ids) {
    List<Page.Heading> headings = new ArrayList<>();
    Map<String, Integer> met = new HashMap<>();
    for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
      if (node instanceof Heading heading) {
        String title = plain.render(heading).strip();
        String id = slug(title);
        int before = met.merge(id, 1, Integer::sum) - 1;
        String unique = before == 0 ? id : id + "-" + before;
        ids.put(heading, unique);
        headings.add(new Page.Heading(heading.getLevel(), unique, title, below(heading)));
      }
    }
    return headings;
  }

  private String below(Heading heading) {
    StringBuilder text = new StringBuilder();
    for (Node node = heading.getNext();
        node != null && !(node instanceof Heading);
        node = node.getNext()) {
      text.append(plain.render(node)).append('\n');
    }
    return text.toString().strip();
  }

  /** As GitHub makes anchors, so that a link works there and here. */
  static String slug(String title) {
    return title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}\\-_ ]", "").replace(' ', '-');
  }

  /** Leads links and images to the site's files, and notes those that lead nowhere. */
  private final class References extends AbstractVisitor {
    private final Path file;
    private final List<Page.Link> links = new ArrayList<>();
    private final List<Path> images = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    References(Path file) {
      this.file = file;
    }

    @Override
    public void visit(Image image) {
      Path path = resolve(image.getDestination());
      if (Files.isRegularFile(root.resolve(path))) {
        images.add(path);
        image.setDestination(Page.imageName(path));
      } else {
        missing.add(image.getDestination());
      }
    }

    @Override
    public void visit(Link link) {
      visitChildren(link);
      String destination = link.getDestination();
      if (destination.matches("[a-z]+:.*")) {
        return;
      }
      int hash = destination.indexOf('#');
      String path = hash < 0 ? destination : destination.substring(0, hash);
      String anchor = hash < 0 ? "" : destination.substring(hash + 1);
      Path target = path.isEmpty() ? file : resolve(path);
      String output = outputs.get(target);
      if (output != null) {
        links.add(new Page.Link(output, anchor));
        link.setDestination(anchor.isEmpty() ? output : output + "#" + anchor);
      } else if (Files.exists(root.resolve(target))) {
        unwrap(link); // a file of the sources, which the site does not have
      } else {
        missing.add(destination);
      }
    }

    private Path resolve(String destination) {
      Path folder = file.getParent();
      return (folder == null ? Path.of(destination) : folder.resolve(destination)).normalize();
    }

    private static void unwrap(Link link) {
      Node child = link.getFirstChild();
      while (child != null) {
        Node next = child.getNext();
        link.insertBefore(child);
        child = next;
      }
      link.unlink();
    }
  }
}
