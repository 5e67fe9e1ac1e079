package io.wasmchord.chat;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tools that a model may call, and what is known of their parameters. */
final class OfferedTools {
  private static final int MAX_DEPTH = 8; // of a schema's alternatives
  private static final int MAX_VISITS = 256; // of schemas in one
  private static final String LOCAL = "#/";

  private final Map<String, JsonObject> parameters = new LinkedHashMap<>();
  private final Set<String> described = new LinkedHashSet<>(); // those with parameters
  private final Set<String> strict = new LinkedHashSet<>();

  /**
   * @param tools a list of tools in OpenAI's shape, or such that have a {@code name} themselves
   */
  OfferedTools(JsonValue tools) {
    if (tools instanceof JsonArray list) {
      for (JsonValue tool : list.elements()) {
        JsonValue function = member(tool, "function");
        JsonValue one = function == null ? tool : function;
        if (member(one, "name") instanceof JsonValue.Text(String name)) {
          JsonValue given = member(one, "parameters");
          parameters.put(name, given instanceof JsonObject object ? object : JsonObject.empty());
          if (given instanceof JsonObject) {
            described.add(name);
          }
          if (member(one, "strict") instanceof JsonValue.Bool(boolean must) && must) {
            strict.add(name);
          }
        }
      }
    }
  }

  private static @Nullable JsonValue member(@Nullable JsonValue of, String key) {
    return of instanceof JsonObject object ? object.get(key) : null;
  }

  boolean contains(String name) {
    return parameters.containsKey(name);
  }

  /** The schema of a tool's arguments, or null where it takes none. */
  @Nullable JsonObject schema(String tool) {
    return described.contains(tool) ? parameters.get(tool) : null;
  }

  /** Whether a tool's arguments must be what its schema says. */
  boolean strict(String tool) {
    return strict.contains(tool);
  }

  /** The tools' names. */
  Set<String> names() {
    return parameters.keySet();
  }

  /** Whether there is a tool whose name begins so. */
  boolean begins(String beginning) {
    return parameters.keySet().stream().anyMatch(name -> name.startsWith(beginning));
  }

  /** The names of a tool's parameters, as far as its schema says them. */
  Set<String> parameters(String tool) {
    JsonValue properties = member(parameters.get(tool), "properties");
    return properties instanceof JsonObject object ? new LinkedHashSet<>(object.keys()) : Set.of();
  }

  /**
   * The types that a tool's parameter may have, by JSON Schema's names; none where that is not
   * said.
   */
  Set<String> types(String tool, String parameter) {
    JsonObject schema = parameters.get(tool);
    Set<String> types = new LinkedHashSet<>();
    int[] visits = {MAX_VISITS};
    addTypes(member(member(schema, "properties"), parameter), schema, MAX_DEPTH, visits, types);
    return types;
  }

  private static void addTypes(
      @Nullable JsonValue schema,
      @Nullable JsonValue root,
      int depth,
      int[] visits,
      Set<String> to) {
    if (!(schema instanceof JsonObject object) || depth == 0 || --visits[0] < 0) {
      return;
    }
    addNames(object.get("type"), to);
    JsonValue constant = object.get("const");
    if (constant != null) {
      to.add(constant.type());
    }
    elements(object.get("enum")).forEach(value -> to.add(value.type()));
    for (String key : List.of("anyOf", "oneOf", "allOf")) {
      elements(object.get(key)).forEach(one -> addTypes(one, root, depth - 1, visits, to));
    }
    if (object.get("nullable") instanceof JsonValue.Bool(boolean nullable) && nullable) {
      to.add("null");
    }
    if (object.get("$ref") instanceof JsonValue.Text(String path) && path.startsWith(LOCAL)) {
      addTypes(at(root, path), root, depth - 1, visits, to);
    }
  }

  /** What stands at {@code path}, such as {@code #/$defs/Unit}, of a tool's schema. */
  static @Nullable JsonValue at(@Nullable JsonValue root, String path) {
    JsonValue found = root;
    for (String name : path.substring(LOCAL.length()).split("/")) {
      found = member(found, name.replace("~1", "/").replace("~0", "~")); // as JSON pointers have it
    }
    return found;
  }

  private static void addNames(@Nullable JsonValue type, Set<String> to) {
    if (type instanceof JsonValue.Text(String name)) {
      to.add(name);
    }
    for (JsonValue one : elements(type)) {
      if (one instanceof JsonValue.Text(String name)) {
        to.add(name);
      }
    }
  }

  private static List<JsonValue> elements(@Nullable JsonValue value) {
    return value instanceof JsonArray list ? list.elements() : List.of();
  }
}
