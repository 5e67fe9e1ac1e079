package io.wasmchord.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.ReferenceData;
import io.wasmchord.browser.EnginePage;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models whose greedy tokens llama.cpp computed, in the browser. They stand outside the
 * repository; without them this is skipped.
 */
class ReferenceParityIT extends BrowserTest {
  @BeforeAll
  static void present() {
    ReferenceData.vectors("models");
    ReferenceData.models("stories260K.expected.json");
  }

  private void compare(Path file, JsonNode expected) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      new Parity(page, models)
          .compare(
              file,
              ReferenceData.ints(expected.get("prompt_ids")),
              ReferenceData.ints(expected.get("greedy_ids")),
              "auto",
              2);
    }
  }

  @ParameterizedTest
  @MethodSource("io.wasmchord.ReferenceData#tinyModels")
  void tinyModels(String name) {
    compare(
        ReferenceData.vectors("models/" + name + ".gguf"),
        ReferenceData.json(ReferenceData.vectors("models/" + name + ".json")));
  }

  @Test
  void storiesGoldenText() {
    JsonNode models =
        ReferenceData.json(ReferenceData.models("stories260K.expected.json")).get("models");
    compare(
        ReferenceData.models("stories260K-q8_0.gguf"),
        models.get("stories260K-q8_0.gguf").get("cases").get(0));
  }
}
