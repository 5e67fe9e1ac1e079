package io.wasmchord.web;

import io.wasmchord.json.JsonObject;

/** How much of a request's prompts was read. */
final class PromptProgress {
  private int loaded;
  private int total;

  /** Counts a prompt that is to be read. */
  void add(int tokens) {
    total += tokens;
  }

  /** Notes that so many tokens more were read. */
  void read(int tokens) {
    loaded += tokens;
  }

  JsonObject json() {
    return JsonObject.builder().put("loaded", loaded).put("total", total).build();
  }
}
