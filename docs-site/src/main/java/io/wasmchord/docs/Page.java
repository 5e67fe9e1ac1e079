package io.wasmchord.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A page, ready for its frame.
 *
 * @param source its file in the repository
 * @param output its file in the site
 * @param title the text of its first heading
 * @param html its body
 * @param headings in their order
 * @param links to the site's own pages
 * @param images that it shows, as paths in the repository
 * @param missing what it refers to and the repository does not have
 */
record Page(
    Path source,
    String output,
    String title,
    String html,
    List<Heading> headings,
    List<Link> links,
    List<Path> images,
    List<String> missing) {

  /** A heading, and the plain text up to the next. */
  record Heading(int level, String id, String title, String text) {}

  /** A link to a page; an empty anchor means the page itself. */
  record Link(String output, String anchor) {}

  static String imageName(Path image) {
    return image.getFileName().toString();
  }

  /** What is wrong with the page's links, a line each. */
  List<String> problems(List<Page> pages) {
    List<String> problems = new ArrayList<>();
    missing.forEach(target -> problems.add(source + ": there is no " + target));
    for (Link link : links) {
      Optional<Page> target =
          pages.stream().filter(page -> page.output.equals(link.output)).findFirst();
      if (!link.anchor.isEmpty()
          && target.isPresent()
          && target.get().headings.stream().noneMatch(h -> h.id.equals(link.anchor))) {
        problems.add(
            source
                + ": "
                + target.get().source
                + " has no heading #"
                + link.anchor
                + "; it has "
                + target.get().headings.stream()
                    .map(Heading::id)
                    .collect(Collectors.joining(", ")));
      }
    }
    return problems;
  }
}
