package io.wasmchord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the site has, in its order: the lists of {@code docs/contents.md}, in which a heading of the
 * second level begins a group and an item is a link to a file.
 *
 * @param groups the groups
 * @param outputs the site's file of each page, by the page's path in the repository
 * @param problems pages of {@code docs} that are not listed, and listed ones that do not exist
 */
record Contents(List<Group> groups, Map<Path, String> outputs, List<String> problems) {
  private static final String REFERENCE = "Reference";

  /** The first page of the site. */
  static final Path FILE = Path.of("docs", "contents.md");

  private static final Pattern HEADING = Pattern.compile("## (.+)");
  private static final Pattern ITEM = Pattern.compile("[-*] \\[([^\\]]+)\\]\\(([^)#]+)\\).*");

  /** Pages under one heading. */
  record Group(String title, List<Entry> entries) {
    Group with(Entry entry) {
      List<Entry> more = new ArrayList<>(entries);
      more.add(entry);
      return new Group(title, more);
    }
  }

  /** A page's link: its text and the site's file. */
  record Entry(String title, String output) {}

  static Contents read(Path root) throws IOException {
    List<Group> groups = new ArrayList<>();
    Map<Path, String> outputs = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    outputs.put(FILE, "index.html");
    for (String line : Files.readAllLines(root.resolve(FILE))) {
      Matcher heading = HEADING.matcher(line);
      Matcher item = ITEM.matcher(line);
      if (heading.matches()) {
        groups.add(new Group(heading.group(1), new ArrayList<>()));
      } else if (item.matches() && !groups.isEmpty()) {
        Path file = Path.of("docs").resolve(item.group(2)).normalize();
        if (Files.isRegularFile(root.resolve(file))) {
          outputs.put(file, outputName(file));
          groups.getLast().entries().add(new Entry(item.group(1), outputName(file)));
        } else {
          problems.add(FILE + ": there is no " + file);
        }
      }
    }
    try (Stream<Path> files = Files.list(root.resolve("docs"))) {
      files
          .map(root::relativize)
          .filter(file -> file.toString().endsWith(".md") && !outputs.containsKey(file))
          .sorted()
          .forEach(file -> problems.add(FILE + " does not list " + file));
    }
    return new Contents(groups, outputs, problems);
  }

  /** The same with a page at the end of the group Reference, or in a group of that name. */
  Contents with(String title, String output) {
    List<Group> all = new ArrayList<>();
    boolean added = false;
    for (Group group : groups) {
      boolean here = group.title().equals(REFERENCE);
      all.add(here ? group.with(new Entry(title, output)) : group);
      added |= here;
    }
    if (!added) {
      all.add(new Group(REFERENCE, List.of(new Entry(title, output))));
    }
    return new Contents(all, outputs, problems);
  }

  /** {@code docs/text.md} is text.html, {@code SECURITY.md} security.html, a.d.ts api-a.html. */
  private static String outputName(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".d.ts")) {
      return "api-" + name.substring(0, name.length() - ".d.ts".length()) + ".html";
    }
    return name.substring(0, name.lastIndexOf('.')).toLowerCase(Locale.ROOT) + ".html";
  }
}
