package io.wasmchord.constraint.schema;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the keywords of a schema have looked at, case by case: which options of {@code anyOf},
 * {@code oneOf} and {@code if} hold decides what is left for {@code unevaluatedProperties} and
 * {@code unevaluatedItems}.
 */
final class Evaluated {
  private static final int MOST_CASES = 256;

  /**
   * What was looked at.
   *
   * @param items so many of the first
   * @param contained and those that one of these allows
   */
  private record Seen(Names names, int items, Set<Formula> contained) {
    static final Seen NOTHING = new Seen(Names.NONE, 0, Set.of());

    Seen and(Seen other) {
      Set<Formula> both = new HashSet<>(contained);
      both.addAll(other.contained);
      return new Seen(names.and(other.names), Math.max(items, other.items), both);
    }
  }

  private final Formulas formulas;
  private final SchemaDocuments documents;
  private final SchemaReader reader;
  private final Set<Place> open = new HashSet<>();

  Evaluated(Formulas formulas, SchemaDocuments documents, SchemaReader reader) {
    this.formulas = formulas;
    this.documents = documents;
    this.reader = reader;
  }

  /** {@code unevaluatedProperties} of a place. */
  Formula properties(Place place) {
    Formula schema = reader.schema(place, "unevaluatedProperties");
    List<Formula> all = new ArrayList<>();
    cases(place, true, "unevaluatedProperties")
        .forEach((seen, when) ->
            all.add(formulas.and(when, formulas.of(new Atom.Every(seen.names().not(), schema)))));
    return formulas.or(all);
  }

  /** {@code unevaluatedItems} of a place. */
  Formula items(Place place) {
    Formula schema = reader.schema(place, "unevaluatedItems");
    List<Formula> all = new ArrayList<>();
    cases(place, true, "unevaluatedItems")
        .forEach((seen, when) -> {
          List<Formula> allowed = new ArrayList<>(seen.contained());
          allowed.add(schema);
          Formula rest =
              seen.items() == Atom.NO_LIMIT
                  ? formulas.yes
                  : formulas.of(new Atom.Rest(seen.items(), formulas.or(allowed)));
          all.add(formulas.and(when, rest));
        });
    return formulas.or(all);
  }

  /** What a schema looks at, and under which condition beside that it holds. */
  private Map<Seen, Formula> cases(Place place, boolean outermost, String keyword) {
    if (!(place.value() instanceof JsonObject object)) {
      return Map.of(Seen.NOTHING, formulas.yes);
    }
    if (!open.add(place)) {
      throw SchemaReader.refuse(place, keyword, "it looks into a schema that contains itself");
    }
    try {
      Map<Seen, Formula> all = Map.of(own(place, outermost), formulas.yes);
      for (String word : object.keys()) {
        for (Map<Seen, Formula> more : inner(place, word, keyword)) {
          all = both(all, more, place, keyword);
        }
      }
      return all;
    } finally {
      open.remove(place);
    }
  }

  private Seen own(Place place, boolean outermost) {
    boolean rest =
        place.get("additionalProperties") != null
            || (!outermost && place.get("unevaluatedProperties") != null);
    Names names = rest ? Names.ALL : reader.listed(place);
    int items =
        place.get("prefixItems") instanceof JsonArray(List<JsonValue> elements)
            ? elements.size()
            : 0;
    JsonValue own = place.get("items");
    boolean all =
        (own != null && !(own instanceof JsonArray))
            || place.get("additionalItems") != null
            || (!outermost && place.get("unevaluatedItems") != null);
    if (own instanceof JsonArray(List<JsonValue> elements)) {
      items = elements.size();
    }
    Set<Formula> contained =
        place.get("contains") == null || place.draft() == Draft.DRAFT_7
            ? Set.of()
            : Set.of(reader.schema(place, "contains"));
    return new Seen(names, all ? Atom.NO_LIMIT : items, contained);
  }

  /** The cases of what stands under a keyword, each list of them beside the others. */
  private List<Map<Seen, Formula>> inner(Place place, String word, String keyword) {
    List<Map<Seen, Formula>> all = new ArrayList<>();
    switch (word) {
      case "$ref", "$dynamicRef" -> all.add(cases(reader.target(place, word), false, keyword));
      case "allOf" -> {
        for (Place each : inside(place, word)) {
          all.add(cases(each, false, keyword));
        }
      }
      case "anyOf", "oneOf" -> {
        for (Place each : inside(place, word)) {
          all.add(perhaps(each, keyword));
        }
      }
      case "if" -> all.add(condition(place, keyword));
      case "dependentSchemas" -> {
        if (place.get(word) instanceof JsonObject by) {
          by.keys().forEach(name -> all.add(dependent(place, name, keyword)));
        }
      }
      default -> {}
    }
    return all;
  }

  private List<Place> inside(Place place, String word) {
    List<Place> all = new ArrayList<>();
    if (place.get(word) instanceof JsonArray(List<JsonValue> elements)) {
      for (int i = 0; i < elements.size(); i++) {
        all.add(documents.inside(place, word, Integer.toString(i)));
      }
    }
    return all;
  }

  private Map<Seen, Formula> perhaps(Place place, String keyword) {
    Formula holds = reader.schema(place);
    return either(cases(place, false, keyword), holds, null, formulas.not(holds));
  }

  private Map<Seen, Formula> condition(Place place, String keyword) {
    Place when = documents.inside(place, "if");
    Formula holds = reader.schema(when);
    Map<Seen, Formula> then = cases(when, false, keyword);
    if (place.get("then") != null) {
      Map<Seen, Formula> more = cases(documents.inside(place, "then"), false, keyword);
      then = both(then, more, place, keyword);
    }
    Map<Seen, Formula> otherwise =
        place.get("else") == null ? null : cases(documents.inside(place, "else"), false, keyword);
    return either(then, holds, otherwise, formulas.not(holds));
  }

  private Map<Seen, Formula> dependent(Place place, String name, String keyword) {
    Place schema = documents.inside(place, "dependentSchemas", name);
    Formula without = reader.without(name);
    return either(
        cases(schema, false, keyword),
        formulas.or(List.of(formulas.types(Kind.ALL & ~Kind.OBJECT.bit()), formulas.not(without))),
        null,
        without);
  }

  /** Some cases where one thing holds, others where another does. */
  private Map<Seen, Formula> either(
      Map<Seen, Formula> cases, Formula when, @Nullable Map<Seen, Formula> others, Formula unless) {
    Map<Seen, Formula> rest = others == null ? Map.of(Seen.NOTHING, formulas.yes) : others;
    if (cases.keySet().equals(Set.of(Seen.NOTHING)) && rest.keySet().equals(cases.keySet())) {
      return rest;
    }
    Map<Seen, Formula> all = new LinkedHashMap<>();
    cases.forEach((seen, also) -> add(all, seen, formulas.and(when, also)));
    rest.forEach((seen, also) -> add(all, seen, formulas.and(unless, also)));
    return all;
  }

  private void add(Map<Seen, Formula> all, Seen seen, Formula when) {
    all.merge(seen, when, (a, b) -> formulas.or(List.of(a, b)));
  }

  private Map<Seen, Formula> both(
      Map<Seen, Formula> a, Map<Seen, Formula> b, Place place, String keyword) {
    Map<Seen, Formula> all = new LinkedHashMap<>();
    a.forEach((x, when) -> b.forEach((y, also) -> add(all, x.and(y), formulas.and(when, also))));
    if (all.size() > MOST_CASES) {
      throw SchemaReader.refuse(place, keyword, "it depends on too many cases");
    }
    return all;
  }
}
