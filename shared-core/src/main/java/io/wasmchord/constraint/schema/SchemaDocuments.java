package io.wasmchord.constraint.schema;

import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schema and those that it refers to: finds what a reference means. */
final class SchemaDocuments {
  private static final int MOST_PLACES = 1 << 16;

  private static final Set<String> SCHEMA =
      Set.of(
          "additionalProperties",
          "additionalItems",
          "unevaluatedProperties",
          "unevaluatedItems",
          "propertyNames",
          "contains",
          "not",
          "if",
          "then",
          "else",
          "contentSchema");
  private static final Set<String> SCHEMAS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
  private static final Set<String> BY_NAME =
      Set.of(
          "properties",
          "patternProperties",
          "$defs",
          "definitions",
          "dependentSchemas",
          "dependencies");

  private record Spot(int document, String pointer) {}

  private final Map<String, JsonValue> unread = new HashMap<>();
  private final Map<Spot, Place> places = new HashMap<>();
  private final Map<String, Place> resources = new HashMap<>(); // by address
  private final Map<String, Place> anchors = new HashMap<>(); // by address#name
  private final Map<String, List<Place>> dynamicAnchors = new HashMap<>();
  private final List<JsonValue> roots = new ArrayList<>();

  SchemaDocuments(Map<String, JsonValue> documents) {
    unread.putAll(documents);
  }

  /** Reads a document; its root. */
  Place add(JsonValue root, String address, Draft draft) {
    int document = roots.size();
    roots.add(root);
    Place place = index(document, "", root, address, draft);
    resources.putIfAbsent(address, place);
    return place;
  }

  private Place index(int document, String pointer, JsonValue value, String outer, Draft draft) {
    Draft own = draft;
    String base = outer;
    if (value instanceof JsonObject object) {
      own = draft(object, pointer, draft);
      boolean alone = own == Draft.DRAFT_7 && object.get("$ref") != null;
      if (!alone && object.get("$id") instanceof JsonValue.Text(String id)) {
        base = Address.resolve(outer, id);
      }
    }
    Place place = place(document, pointer, value, base, own);
    if (value instanceof JsonObject object) {
      name(place, object, !base.equals(outer));
      Draft inner = own;
      String at = base;
      object.forEach((keyword, inside) -> within(place, keyword, inside, at, inner));
    }
    return place;
  }

  private static Draft draft(JsonObject schema, String pointer, Draft otherwise) {
    if (schema.get("$schema") instanceof JsonValue.Text(String named)) {
      Draft draft = Draft.named(named);
      if (draft == null) {
        throw new UnenforceableSchemaException(
            "$schema", pointer, "'" + named + "' is not known; use draft 2020-12 or 7");
      }
      return draft;
    }
    return otherwise;
  }

  private Place place(int document, String pointer, JsonValue value, String base, Draft draft) {
    if (places.size() >= MOST_PLACES) {
      throw new ConstraintLimitException("the schema has more than " + MOST_PLACES + " parts");
    }
    return places.computeIfAbsent(
        new Spot(document, pointer),
        at -> new Place(places.size(), document, pointer, value, base, draft));
  }

  private void name(Place place, JsonObject object, boolean resource) {
    if (resource) {
      resources.putIfAbsent(place.base(), place);
    }
    if (place.draft() == Draft.DRAFT_7) {
      if (object.get("$id") instanceof JsonValue.Text(String id) && id.startsWith("#")) {
        anchors.putIfAbsent(place.base() + id, place);
      }
      return;
    }
    for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
      if (object.get(keyword) instanceof JsonValue.Text(String name)) {
        anchors.putIfAbsent(place.base() + "#" + name, place);
        if (keyword.equals("$dynamicAnchor")) {
          dynamicAnchors.computeIfAbsent(name, key -> new ArrayList<>()).add(place);
        }
      }
    }
  }

  private void within(Place place, String keyword, JsonValue value, String base, Draft draft) {
    String at = place.pointer() + "/" + escaped(keyword);
    boolean one = SCHEMA.contains(keyword) || keyword.equals("items");
    if (value instanceof JsonArray(List<JsonValue> elements)
        && (SCHEMAS.contains(keyword) || keyword.equals("items"))) {
      for (int i = 0; i < elements.size(); i++) {
        index(place.document(), at + "/" + i, elements.get(i), base, draft);
      }
    } else if (one && isSchema(value)) {
      index(place.document(), at, value, base, draft);
    } else if (value instanceof JsonObject object && BY_NAME.contains(keyword)) {
      object.forEach((name, inside) -> {
        if (isSchema(inside)) {
          index(place.document(), at + "/" + escaped(name), inside, base, draft);
        }
      });
    }
  }

  static boolean isSchema(JsonValue value) {
    return value instanceof JsonObject || value instanceof JsonValue.Bool;
  }

  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  /** The schema under a keyword of {@code place}: {@code items}, {@code properties/a}. */
  Place inside(Place place, String... path) {
    StringBuilder at = new StringBuilder(place.pointer());
    JsonValue value = place.value();
    for (String key : path) {
      at.append('/').append(escaped(key));
      value = child(value, key);
    }
    Place known = places.get(new Spot(place.document(), at.toString()));
    if (known != null) {
      return known;
    }
    if (value == null || !isSchema(value)) {
      throw new UnenforceableSchemaException(
          path[0], place.pointer(), "there is no schema at '#" + at + "'");
    }
    return place(place.document(), at.toString(), value, place.base(), place.draft());
  }

  private static @Nullable JsonValue child(@Nullable JsonValue value, String key) {
    if (value instanceof JsonObject object) {
      return object.get(key);
    }
    if (value instanceof JsonArray(List<JsonValue> elements) && key.matches("[0-9]{1,7}")) {
      int i = Integer.parseInt(key);
      return i < elements.size() ? elements.get(i) : null;
    }
    return null;
  }

  /**
   * What {@code reference} means at {@code from}.
   *
   * @throws UnenforceableSchemaException when there is no such schema
   */
  Place find(Place from, String keyword, String reference) {
    String address = Address.resolve(from.base(), reference);
    String fragment = Address.fragment(reference);
    Place resource = resource(address, from.draft());
    if (resource != null && fragment.isEmpty()) {
      return resource;
    }
    if (resource != null && fragment.startsWith("/")) {
      Place found = at(resource, unpercent(fragment));
      if (found != null) {
        return found;
      }
    }
    Place anchored = anchors.get(address + "#" + unpercent(fragment));
    if (anchored != null) {
      return anchored;
    }
    throw new UnenforceableSchemaException(
        keyword,
        from.pointer(),
        "there is no schema '" + reference + "'; schemas elsewhere are not fetched");
  }

  private @Nullable Place resource(String address, Draft draft) {
    Place known = resources.get(address);
    if (known == null) {
      JsonValue document = unread.remove(address);
      known = document == null ? null : add(document, address, draft);
    }
    return known;
  }

  private @Nullable Place at(Place resource, String pointer) {
    Place at = resource;
    JsonValue value = resource.value();
    StringBuilder path = new StringBuilder(resource.pointer());
    for (String token : pointer.substring(1).split("/", -1)) {
      value = child(value, token.replace("~1", "/").replace("~0", "~"));
      path.append('/').append(token);
      Place known = places.get(new Spot(resource.document(), path.toString()));
      at = known == null ? at : known;
    }
    if (at.pointer().contentEquals(path)) {
      return at;
    }
    return value == null || !isSchema(value)
        ? null
        : index(resource.document(), path.toString(), value, at.base(), at.draft());
  }

  /** The only schema with a dynamic anchor, or null where there are several. */
  @Nullable Place dynamic(String name) {
    List<Place> all = dynamicAnchors.getOrDefault(name, List.of());
    return all.size() == 1 ? all.getFirst() : null;
  }

  boolean isDynamic(Place place) {
    return place.get("$dynamicAnchor") != null;
  }

  private static String unpercent(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      plain.append(low < 0 ? c : (char) (16 * high + low));
      i += low < 0 ? 0 : 2;
    }
    return plain.toString();
  }
}
