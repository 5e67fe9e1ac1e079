package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
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

  private final Map<String, DictValue> parameters = new LinkedHashMap<>();

  /**
   * @param tools a list of tools in OpenAI's shape, or such that have a {@code name} themselves
   */
  OfferedTools(Value tools) {
    if (tools instanceof ListValue list) {
      for (Value tool : list.elements()) {
        Value function = member(tool, "function");
        Value described = function == null ? tool : function;
        if (member(described, "name") instanceof Value.Text(String name, _)) {
          Value given = member(described, "parameters");
          parameters.put(name, given instanceof DictValue dict ? dict : new DictValue());
        }
      }
    }
  }

  private static @Nullable Value member(@Nullable Value of, String key) {
    return of instanceof DictValue dict ? dict.get(key) : null;
  }

  boolean contains(String name) {
    return parameters.containsKey(name);
  }

  /**
   * The types that a tool's parameter may have, by JSON Schema's names; none where that is not
   * said.
   */
  Set<String> types(String tool, String parameter) {
    DictValue schema = parameters.get(tool);
    Set<String> types = new LinkedHashSet<>();
    int[] visits = {MAX_VISITS};
    addTypes(member(member(schema, "properties"), parameter), schema, MAX_DEPTH, visits, types);
    return types;
  }

  private static void addTypes(
      @Nullable Value schema, @Nullable Value root, int depth, int[] visits, Set<String> to) {
    if (!(schema instanceof DictValue dict) || depth == 0 || --visits[0] < 0) {
      return;
    }
    addNames(dict.get("type"), to);
    Value constant = dict.get("const");
    if (constant != null) {
      addType(constant, to);
    }
    elements(dict.get("enum")).forEach(value -> addType(value, to));
    for (String key : List.of("anyOf", "oneOf", "allOf")) {
      elements(dict.get(key)).forEach(one -> addTypes(one, root, depth - 1, visits, to));
    }
    if (dict.get("nullable") instanceof Value.Bool(boolean nullable) && nullable) {
      to.add("null");
    }
    if (dict.get("$ref") instanceof Value.Text(String path, _) && path.startsWith(LOCAL)) {
      addTypes(at(root, path), root, depth - 1, visits, to);
    }
  }

  /** What stands at {@code path}, such as {@code #/$defs/Unit}, of a tool's schema. */
  private static @Nullable Value at(@Nullable Value root, String path) {
    Value found = root;
    for (String name : path.substring(LOCAL.length()).split("/")) {
      found = member(found, name);
    }
    return found;
  }

  private static void addNames(@Nullable Value type, Set<String> to) {
    if (type instanceof Value.Text(String name, _)) {
      to.add(name);
    }
    for (Value one : elements(type)) {
      if (one instanceof Value.Text(String name, _)) {
        to.add(name);
      }
    }
  }

  private static void addType(Value value, Set<String> to) {
    to.add(
        switch (value) {
          case Value.Text text -> "string";
          case Value.Bool truth -> "boolean";
          case Value.None none -> "null";
          case Value.Int whole -> "integer";
          case Value.Real real -> "number";
          case ListValue list -> "array";
          default -> "object";
        });
  }

  private static List<Value> elements(@Nullable Value value) {
    return value instanceof ListValue list ? list.elements() : List.of();
  }
}
