package io.wasmchord.docs;

import java.util.List;

/** The frame of every page: the list of pages, search, the page's own headings. */
final class Template {
  private final Contents contents;

  Template(Contents contents) {
    this.contents = contents;
  }

  String apply(Page page) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s – wasm-chord</title>
    <link rel="icon" href="../icon.svg">
    <link rel="stylesheet" href="docs.css">
    <script type="module" src="docs.js"></script>
    </head>
    <body>
    <a class="skip" href="#main">To the text</a>
    <header><a href="index.html">wasm-chord</a> <a href="../index.html">Chat</a>
    <search><label>Search <input type="search" id="search" autocomplete="off"></label>
    <ul id="found" hidden></ul></search></header>
    <div class="columns">
    <nav aria-label="Pages">
    %s</nav>
    <main id="main">
    %s</main>
    %s</div>
    </body>
    </html>
    """
        .formatted(escape(page.title()), pages(page), page.html(), sections(page));
  }

  private String pages(Page current) {
    StringBuilder html = new StringBuilder();
    for (Contents.Group group : contents.groups()) {
      html.append("<h2>").append(escape(group.title())).append("</h2>\n<ul>\n");
      for (Contents.Entry entry : group.entries()) {
        html.append("<li><a href=\"").append(entry.output()).append('"');
        html.append(entry.output().equals(current.output()) ? " aria-current=\"page\">" : ">");
        html.append(escape(entry.title())).append("</a></li>\n");
      }
      html.append("</ul>\n");
    }
    return html.toString();
  }

  private static String sections(Page page) {
    List<Page.Heading> below = page.headings().stream().filter(h -> h.level() == 2).toList();
    if (below.size() < 2) {
      return "";
    }
    StringBuilder html = new StringBuilder("<aside aria-label=\"On this page\">\n<ul>\n");
    for (Page.Heading heading : below) {
      html.append("<li><a href=\"#").append(heading.id()).append("\">");
      html.append(escape(heading.title())).append("</a></li>\n");
    }
    return html.append("</ul>\n</aside>\n").toString();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
