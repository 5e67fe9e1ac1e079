package io.wasmchord.chat.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template, what it is rendered with, and what comes out.
 *
 * @param context a JSON object
 * @param text the expected text, or null where an error is expected
 */
record JinjaCase(String group, String template, String context, @Nullable String text) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The cases of the resource {@code cases.jsonl}; Jinja2 3.1 gave the texts. */
  static List<JinjaCase> all() {
    List<JinjaCase> cases = new ArrayList<>();
    try (InputStream in = JinjaCase.class.getResourceAsStream("/jinja/cases.jsonl")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        JsonNode node = JSON.readTree(line);
        cases.add(
            new JinjaCase(
                node.get("group").textValue(),
                node.get("template").textValue(),
                node.get("context").toString(),
                node.has("text") ? node.get("text").textValue() : null));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  /** What this engine makes of the case. */
  String render() {
    return render(template, context, Limits.DEFAULT);
  }

  static String render(String template, String context, Limits limits) {
    Map<String, Value> variables = new LinkedHashMap<>();
    ((JsonObject) JsonReader.parse(context)).forEach((key, v) -> variables.put(key, Value.of(v)));
    return JinjaTemplate.parse(template, limits)
        .render(variables, () -> 1_721_994_245L, RunControl.NONE)
        .value();
  }
}
