package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools that a model may call, and what is known of their parameters. */
final class OfferedTools {
  private static final int MAX_DEPTH = 8; // of a schema's alternatives
  private static final String TEXT = "string";

  private final Map<String, DictValue> properties = new LinkedHashMap<>();

  /**
   * @param tools a list of tools in OpenAI's shape, or such that have a {@code name} themselves
   */
  OfferedTools(Value tools) {
    if (tools instanceof ListValue list) {
      for (Value tool : list.elements()) {
        Value function = member(tool, "function");
        Value described = function == null ? tool : function;
        if (member(described, "name") instanceof Value.Text(String name, _)) {
          Value given = member(member(described, "parameters"), "properties");
          properties.put(name, given instanceof DictValue dict ? dict : new DictValue());
        }
      }
    }
  }

  private static @Nullable Value member(@Nullable Value of, String key) {
    return of instanceof DictValue dict ? dict.get(key) : null;
  }

  boolean contains(String name) {
    return properties.containsKey(name);
  }

  /** Whether a tool's parameter may be a text, so that nothing else is read from one. */
  boolean takesText(String tool, String parameter) {
    return allowsText(member(properties.get(tool), parameter), 0);
  }

  private static boolean allowsText(@Nullable Value schema, int depth) {
    if (!(schema instanceof DictValue dict) || depth > MAX_DEPTH) {
      return false;
    }
    return names(dict.get("type"))
        || dict.get("const") instanceof Value.Text
        || elements(dict.get("enum")).stream().anyMatch(Value.Text.class::isInstance)
        || List.of("anyOf", "oneOf", "allOf").stream()
            .flatMap(key -> elements(dict.get(key)).stream())
            .anyMatch(one -> allowsText(one, depth + 1));
  }

  private static boolean names(@Nullable Value type) {
    return Value.of(TEXT).equals(type) || elements(type).contains(Value.of(TEXT));
  }

  private static List<Value> elements(@Nullable Value value) {
    return value instanceof ListValue list ? list.elements() : List.of();
  }
}
