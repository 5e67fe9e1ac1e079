package io.wasmchord.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What docs.js searches: the sections of all pages. */
final class SearchIndex {
  private SearchIndex() {}

  /** JSON: a list of { page, title, url, text }. */
  static String of(List<Page> pages) {
    List<Map<String, String>> sections = new ArrayList<>();
    for (Page page : pages) {
      for (Page.Heading heading : page.headings()) {
        Map<String, String> section = new LinkedHashMap<>();
        section.put("page", page.title());
        section.put("title", heading.title());
        section.put("url", page.output() + (heading.level() == 1 ? "" : "#" + heading.id()));
        section.put("text", heading.text());
        sections.add(section);
      }
    }
    try {
      return new ObjectMapper().writeValueAsString(sections);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
