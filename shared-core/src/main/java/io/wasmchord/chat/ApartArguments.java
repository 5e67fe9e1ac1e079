package io.wasmchord.chat;

import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of arguments that are written each on its own. What it says of all of them
 * together becomes alternatives, in each of which some are needed and some must not come.
 */
final class ApartArguments {
  private static final int MOST = 64; // alternatives
  private static final int MOST_DEPTH = 16; // schemas within each other
  private static final String LOCAL = "#/";
  private static final String REF = "$ref";

  /** Keywords that are part of each alternative, or say nothing. */
  private static final Set<String> PLAIN =
      Set.of(
          "type",
          "properties",
          "required",
          "additionalProperties",
          "title",
          "description",
          "default",
          "examples",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "strict");

  /**
   * One way that arguments may be.
   *
   * @param schemas what each argument that may come is, all of it; by names, in their order
   * @param required the arguments that must come
   */
  record Alternative(Map<String, List<JsonObject>> schemas, Set<String> required) {
    private static final Alternative ANY = new Alternative(Map.of(), Set.of());
  }

  /** What one schema says, as far as it is put together. */
  private record Said(
      Map<String, List<JsonObject>> schemas,
      Set<String> required,
      Set<String> forbidden,
      @Nullable Set<String> only) {}

  private final ToolSchema tool;
  private final JsonObject root;

  ApartArguments(ToolSchema tool) {
    this.tool = tool;
    this.root = tool.schema();
  }

  /**
   * The alternatives, one or more.
   *
   * @throws UnenforceableSchemaException when the tool is strict, and its schema says more than
   *     they can, or leaves none
   */
  List<Alternative> all() {
    List<Alternative> all = new ArrayList<>();
    for (Said said : of(root, "", 0)) {
      Map<String, List<JsonObject>> schemas = new LinkedHashMap<>(said.schemas);
      said.required.forEach(name -> schemas.computeIfAbsent(name, key -> new ArrayList<>()));
      schemas.keySet().removeAll(said.forbidden);
      if (said.only != null) {
        schemas.keySet().retainAll(said.only);
      }
      if (schemas.keySet().containsAll(said.required)) {
        all.add(new Alternative(schemas, said.required));
      }
    }
    if (all.isEmpty() && tool.strict()) {
      throw refused("", "", "leaves no arguments that can be written so");
    }
    return all.isEmpty() ? List.of(Alternative.ANY) : all;
  }

  private List<Said> of(JsonObject schema, String pointer, int depth) {
    List<Said> all = List.of(own(schema, pointer));
    if (depth == MOST_DEPTH) {
      refuseIfStrict(REF, pointer, "nests too deeply");
      return all;
    }
    for (String keyword : schema.keys()) {
      JsonValue value = schema.getOrNull(keyword);
      List<Said> more =
          switch (keyword) {
            case REF -> reference(value, pointer, depth);
            case "allOf" -> {
              List<Said> each = List.of();
              for (List<Said> one : branches(value, pointer + "/allOf", depth)) {
                each = each.isEmpty() ? one : both(each, one, pointer);
              }
              yield each;
            }
            case "anyOf" -> joined(branches(value, pointer + "/anyOf", depth));
            case "oneOf" -> {
              if (!exclude(value)) {
                refuseIfStrict(keyword, pointer, "does not tell its alternatives apart by a const");
              }
              yield joined(branches(value, pointer + "/oneOf", depth));
            }
            case "dependentRequired" -> dependent(value, pointer);
            default -> {
              if (!PLAIN.contains(keyword)) {
                refuseIfStrict(keyword, pointer, "cannot be enforced there");
              }
              yield List.of();
            }
          };
      all = more.isEmpty() ? all : both(all, more, pointer);
    }
    return all;
  }

  private Said own(JsonObject schema, String pointer) {
    Map<String, List<JsonObject>> schemas = new LinkedHashMap<>();
    if (schema.get("properties") instanceof JsonObject properties) {
      for (String name : properties.keys()) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        String at = tool.address() + "#" + pointer + "/properties/" + escaped;
        schemas.put(name, List.of(JsonObject.of(REF, JsonValue.of(at))));
      }
    }
    boolean closed = JsonValue.of(false).equals(schema.get("additionalProperties"));
    if (schema.get("additionalProperties") instanceof JsonObject) {
      refuseIfStrict("additionalProperties", pointer, "cannot be enforced there");
    }
    return new Said(
        schemas,
        texts(schema.get("required")),
        Set.of(),
        closed ? new LinkedHashSet<>(schemas.keySet()) : null);
  }

  private List<Said> reference(JsonValue value, String pointer, int depth) {
    if (value instanceof JsonValue.Text(String to)
        && to.startsWith(LOCAL)
        && OfferedTools.at(root, to) instanceof JsonObject there) {
      return of(there, to.substring(1), depth + 1);
    }
    refuseIfStrict(REF, pointer, "cannot be enforced there");
    return List.of();
  }

  private List<List<Said>> branches(JsonValue value, String pointer, int depth) {
    List<List<Said>> all = new ArrayList<>();
    if (value instanceof JsonArray(List<JsonValue> schemas)) {
      for (int i = 0; i < schemas.size(); i++) {
        if (schemas.get(i) instanceof JsonObject schema) {
          all.add(of(schema, pointer + "/" + i, depth + 1));
        }
      }
    }
    return all;
  }

  private static List<Said> joined(List<List<Said>> branches) {
    return branches.stream().flatMap(List::stream).toList();
  }

  private List<Said> dependent(JsonValue value, String pointer) {
    List<Said> all = List.of();
    if (value instanceof JsonObject by) {
      for (String name : by.keys()) {
        Set<String> then = new LinkedHashSet<>(texts(by.get(name)));
        then.add(name);
        List<Said> either =
            List.of(
                new Said(Map.of(), Set.of(), Set.of(name), null),
                new Said(Map.of(), then, Set.of(), null));
        all = all.isEmpty() ? either : both(all, either, pointer);
      }
    }
    return all;
  }

  private List<Said> both(List<Said> some, List<Said> others, String pointer) {
    if ((long) some.size() * others.size() > MOST) {
      refuseIfStrict("", pointer, "has more than " + MOST + " alternatives");
      return some;
    }
    List<Said> all = new ArrayList<>();
    for (Said a : some) {
      for (Said b : others) {
        Set<String> only = a.only == null ? b.only : a.only;
        if (a.only != null && b.only != null) {
          only = new LinkedHashSet<>(a.only);
          only.retainAll(b.only);
        }
        all.add(
            new Said(
                union(a.schemas, b.schemas),
                union(a.required, b.required),
                union(a.forbidden, b.forbidden),
                only));
      }
    }
    return all;
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> all = new LinkedHashSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Map<String, List<JsonObject>> union(
      Map<String, List<JsonObject>> a, Map<String, List<JsonObject>> b) {
    BiFunction<List<JsonObject>, List<JsonObject>, List<JsonObject>> joined =
        (x, y) -> {
          List<JsonObject> all = new ArrayList<>(x);
          all.addAll(y);
          return all;
        };
    Map<String, List<JsonObject>> all = new LinkedHashMap<>(a);
    b.forEach((name, schemas) -> all.merge(name, schemas, joined));
    return all;
  }

  /** Whether no two schemas of a list allow the same: one argument is another constant in each. */
  private static boolean exclude(JsonValue value) {
    if (!(value instanceof JsonArray(List<JsonValue> schemas))) {
      return false;
    }
    for (int i = 0; i < schemas.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (!apart(constants(schemas.get(i)), constants(schemas.get(k)))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean apart(Map<String, JsonValue> a, Map<String, JsonValue> b) {
    return a.entrySet().stream()
        .anyMatch(
            one -> b.containsKey(one.getKey()) && !one.getValue().equals(b.get(one.getKey())));
  }

  /** The texts that a schema's required arguments must be, by their names. */
  private static Map<String, JsonValue> constants(JsonValue schema) {
    Map<String, JsonValue> all = new LinkedHashMap<>();
    if (schema instanceof JsonObject object
        && object.get("properties") instanceof JsonObject properties) {
      for (String name : texts(object.get("required"))) {
        if (properties.get(name) instanceof JsonObject property
            && property.get("const") instanceof JsonValue.Text text) {
          all.put(name, text);
        }
      }
    }
    return all;
  }

  private static Set<String> texts(@Nullable JsonValue list) {
    Set<String> texts = new LinkedHashSet<>();
    if (list instanceof JsonArray(List<JsonValue> elements)) {
      for (JsonValue each : elements) {
        if (each instanceof JsonValue.Text(String text)) {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  private void refuseIfStrict(String keyword, String pointer, String why) {
    if (tool.strict()) {
      throw refused(keyword, pointer, why);
    }
  }

  private UnenforceableSchemaException refused(String keyword, String pointer, String why) {
    return new UnenforceableSchemaException(
        keyword,
        pointer,
        "the tool '"
            + tool.name()
            + "' is strict, and this model writes each argument apart, where this "
            + why
            + "; leave the keyword or strict out");
  }
}
