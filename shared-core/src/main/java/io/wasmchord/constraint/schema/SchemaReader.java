package io.wasmchord.constraint.schema;

import static java.util.Objects.requireNonNull;

import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.regex.PatternParser;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidGrammarException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads schemas: each keyword as a formula. */
final class SchemaReader {
  private static final Set<String> NOTES = Set.of("title", "description", "$comment");

  private final Formulas formulas;
  private final SchemaDocuments documents;
  private final SchemaOptions options;
  private final Normalizer normalizer;
  private final Map<Place, Formula> read = new HashMap<>();
  private final Map<String, Dfa> patterns = new HashMap<>();
  private final Evaluated evaluated;

  SchemaReader(Formulas formulas, SchemaDocuments documents, SchemaOptions options) {
    this.formulas = formulas;
    this.documents = documents;
    this.options = options;
    this.normalizer = new Normalizer(formulas, this::read);
    this.evaluated = new Evaluated(formulas, documents, this);
  }

  Normalizer normalizer() {
    return normalizer;
  }

  /** The schema at a place; it is read when it is needed. */
  Formula schema(Place place) {
    return switch (place.value()) {
      case JsonValue.Bool(boolean all) -> formulas.of(all);
      case JsonObject object when object.size() == 0 -> formulas.yes;
      default -> formulas.of(place);
    };
  }

  /** The schema under a keyword of {@code place}. */
  Formula schema(Place place, String... path) {
    return schema(documents.inside(place, path));
  }

  private Formula read(Place place) {
    Formula known = read.get(place);
    if (known == null) {
      known = formulas.and(keywords(place));
      read.put(place, known);
    }
    return known;
  }

  private List<Formula> keywords(Place place) {
    if (place.value() instanceof JsonValue.Bool(boolean all)) {
      return List.of(formulas.of(all));
    }
    List<Formula> all = new ArrayList<>();
    boolean alone = place.draft() == Draft.DRAFT_7 && place.get("$ref") != null;
    for (String keyword : ((JsonObject) place.value()).keys()) {
      if (!alone || keyword.equals("$ref")) {
        JsonValue value = requireNonNull(place.get(keyword));
        all.add(enforced(place, keyword, () -> keyword(place, keyword, value)));
      }
    }
    return all;
  }

  private Formula enforced(Place place, String keyword, Supplier<Formula> formula) {
    try {
      return formula.get();
    } catch (UnenforceableSchemaException | InvalidGrammarException | ConstraintLimitException e) {
      if (options.ignoreUnenforceable()) {
        return formulas.yes;
      }
      if (e instanceof UnenforceableSchemaException named) {
        throw named;
      }
      throw new UnenforceableSchemaException(
          keyword, place.pointer(), requireNonNull(e.getMessage()));
    }
  }

  static UnenforceableSchemaException refuse(Place place, String keyword, String reason) {
    return new UnenforceableSchemaException(keyword, place.pointer(), reason);
  }

  private Formula keyword(Place place, String keyword, JsonValue value) {
    return switch (keyword) {
      case "$ref", "$dynamicRef" -> schema(target(place, keyword));
      case "$recursiveRef" -> throw refuse(place, keyword, "use $ref or $dynamicRef");
      case "type" -> type(place, value);
      case "const" -> equal(value);
      case "enum" -> anyOf(list(place, keyword, value));
      case "allOf" -> formulas.and(schemas(place, keyword, value));
      case "anyOf", "oneOf" -> options(place, keyword, value);
      case "not" -> formulas.not(schema(place, keyword));
      case "if" -> condition(place);
      case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum" ->
          bound(place, keyword, value);
      case "multipleOf" -> multiple(place, value);
      case "minLength" -> formulas.of(new Atom.Length(count(place, keyword), Atom.NO_LIMIT));
      case "maxLength" -> formulas.of(new Atom.Length(0, count(place, keyword)));
      case "pattern" -> formulas.of(new Atom.Text(pattern(text(place, keyword, value))));
      case "format" -> format(place, text(place, keyword, value));
      case "minItems" -> formulas.of(new Atom.Size(count(place, keyword), Atom.NO_LIMIT));
      case "maxItems" -> formulas.of(new Atom.Size(0, count(place, keyword)));
      case "prefixItems", "items", "additionalItems" -> items(place, keyword, value);
      case "contains" -> contains(place);
      case "uniqueItems" -> unique(place, value);
      case "unevaluatedItems" -> evaluated.items(place);
      case "unevaluatedProperties" -> evaluated.properties(place);
      default -> ofObjects(place, keyword, value);
    };
  }

  private Formula ofObjects(Place place, String keyword, JsonValue value) {
    return switch (keyword) {
      case "properties" -> properties(place, value);
      case "patternProperties" -> patternProperties(place, value);
      case "additionalProperties" ->
          formulas.of(new Atom.Every(listed(place).not(), schema(place, keyword)));
      case "propertyNames" -> propertyNames(place);
      case "required" -> required(texts(place, keyword, value));
      case "minProperties" ->
          formulas.of(new Atom.Count(count(place, keyword), Atom.NO_LIMIT, place.pointer()));
      case "maxProperties" ->
          formulas.of(new Atom.Count(0, count(place, keyword), place.pointer()));
      case "dependentRequired", "dependentSchemas", "dependencies" ->
          dependent(place, keyword, object(place, keyword, value));
      default -> formulas.yes; // annotations, and what belongs to other keywords
    };
  }

  /** What a reference of {@code place} means. */
  Place target(Place place, String keyword) {
    String reference = text(place, keyword, requireNonNull(place.get(keyword)));
    Place target = documents.find(place, keyword, reference);
    String name = Address.fragment(reference);
    boolean dynamic =
        keyword.equals("$dynamicRef") && JsonValue.of(name).equals(target.get("$dynamicAnchor"));
    if (!dynamic) {
      return target;
    }
    Place only = documents.dynamic(name);
    if (only == null) {
      throw refuse(place, keyword, "there are several anchors '" + name + "'; use $ref");
    }
    return only;
  }

  private Formula type(Place place, JsonValue value) {
    List<JsonValue> names =
        value instanceof JsonArray(List<JsonValue> several) ? several : List.of(value);
    int kinds = 0;
    boolean whole = false;
    for (JsonValue name : names) {
      String type = name instanceof JsonValue.Text(String text) ? text : "";
      whole |= type.equals("integer");
      kinds |=
          switch (type) {
            case "null" -> Kind.NULL.bit();
            case "boolean" -> Kind.TRUE.bit() | Kind.FALSE.bit();
            case "number", "integer" -> Kind.NUMBER.bit();
            case "string" -> Kind.STRING.bit();
            case "array" -> Kind.ARRAY.bit();
            case "object" -> Kind.OBJECT.bit();
            default -> throw refuse(place, "type", "there is no type " + name);
          };
    }
    boolean any = names.contains(JsonValue.of("number"));
    Formula types = formulas.types(kinds);
    return whole && !any ? formulas.and(types, formulas.of(NumberTexts.INTEGER)) : types;
  }

  private Formula equal(JsonValue value) {
    return switch (value) {
      case JsonValue.Null none -> formulas.types(Kind.NULL.bit());
      case JsonValue.Bool(boolean b) -> formulas.types((b ? Kind.TRUE : Kind.FALSE).bit());
      case JsonValue.Int i -> numbers(List.of(i));
      case JsonValue.Decimal d -> numbers(List.of(d));
      case JsonValue.Text(String text) -> words(List.of(text));
      case JsonArray(List<JsonValue> elements) -> {
        List<Formula> all = new ArrayList<>();
        all.add(formulas.types(Kind.ARRAY.bit()));
        all.add(formulas.of(new Atom.Size(elements.size(), elements.size())));
        for (int i = 0; i < elements.size(); i++) {
          all.add(formulas.of(new Atom.Element(i, equal(elements.get(i)))));
        }
        yield formulas.and(all);
      }
      case JsonObject object -> {
        List<Formula> all = new ArrayList<>();
        all.add(formulas.types(Kind.OBJECT.bit()));
        object.forEach(
            (name, each) -> all.add(formulas.of(new Atom.Every(Names.of(name), equal(each)))));
        all.add(required(object.keys()));
        Names names = new Names(Set.copyOf(object.keys()), Set.of(), false);
        all.add(formulas.of(new Atom.Every(names.not(), formulas.no)));
        yield formulas.and(all);
      }
    };
  }

  private Formula numbers(List<JsonValue> values) {
    List<Decimal> numbers = new ArrayList<>();
    for (JsonValue value : values) {
      Decimal number = Decimal.of(value);
      if (number != null) {
        numbers.add(number);
      }
    }
    return formulas.and(formulas.types(Kind.NUMBER.bit()), formulas.of(NumberTexts.oneOf(numbers)));
  }

  private Formula words(List<String> words) {
    return formulas.and(
        formulas.types(Kind.STRING.bit()), formulas.of(new Atom.Text(Dfa.words(words))));
  }

  private Formula anyOf(List<JsonValue> values) {
    List<String> words = new ArrayList<>();
    List<JsonValue> numbers = new ArrayList<>();
    List<Formula> all = new ArrayList<>();
    for (JsonValue value : values) {
      switch (value) {
        case JsonValue.Text(String text) -> words.add(text);
        case JsonValue.Int i -> numbers.add(i);
        case JsonValue.Decimal d -> numbers.add(d);
        default -> all.add(equal(value));
      }
    }
    if (!words.isEmpty()) {
      all.add(words(words));
    }
    if (!numbers.isEmpty()) {
      all.add(numbers(numbers));
    }
    return formulas.or(all);
  }

  private List<Formula> schemas(Place place, String keyword, JsonValue value) {
    List<Formula> all = new ArrayList<>();
    for (int i = 0; i < list(place, keyword, value).size(); i++) {
      all.add(schema(place, keyword, Integer.toString(i)));
    }
    return all;
  }

  private Formula options(Place place, String keyword, JsonValue value) {
    Set<JsonValue> constants = new LinkedHashSet<>();
    for (JsonValue each : list(place, keyword, value)) {
      JsonValue constant = each instanceof JsonObject option ? option.get("const") : null;
      if (constant != null && NOTES.containsAll(((JsonObject) each).without("const").keys())) {
        constants.add(constant);
      }
    }
    if (constants.size() == list(place, keyword, value).size()) {
      return anyOf(List.copyOf(constants)); // an enum, in other words
    }
    List<Formula> all = schemas(place, keyword, value);
    return keyword.equals("anyOf") ? formulas.or(all) : formulas.oneOf(all);
  }

  private Formula condition(Place place) {
    Formula when = schema(place, "if");
    Formula then = place.get("then") == null ? formulas.yes : schema(place, "then");
    Formula otherwise = place.get("else") == null ? formulas.yes : schema(place, "else");
    if (then.isTrue() && otherwise.isTrue()) {
      return formulas.yes;
    }
    return formulas.or(
        List.of(formulas.and(when, then), formulas.and(formulas.not(when), otherwise)));
  }

  private Formula bound(Place place, String keyword, JsonValue value) {
    Decimal bound = Decimal.of(value);
    if (bound == null) {
      throw refuse(place, keyword, "it is no number");
    }
    return formulas.of(
        switch (keyword) {
          case "minimum" -> NumberTexts.atLeast(bound, true);
          case "exclusiveMinimum" -> NumberTexts.atLeast(bound, false);
          case "maximum" -> NumberTexts.atMost(bound, true);
          default -> NumberTexts.atMost(bound, false);
        });
  }

  private Formula multiple(Place place, JsonValue value) {
    Decimal step = Decimal.of(value);
    if (step == null || step.negative() || step.isZero()) {
      throw refuse(place, "multipleOf", "it is no number greater than 0");
    }
    return formulas.of(NumberTexts.multipleOf(step));
  }

  private int count(Place place, String keyword) {
    Decimal count = Decimal.of(place.get(keyword));
    if (count == null || count.negative() || !count.fraction().isEmpty()) {
      throw refuse(place, keyword, "it is no whole number from 0");
    }
    return count.whole().length() > 9 ? Atom.NO_LIMIT : Integer.parseInt(count.whole());
  }

  /** The strings in which a pattern matches. */
  Dfa pattern(String pattern) {
    Dfa known = patterns.get(pattern);
    if (known == null) {
      known = Dfa.of(PatternParser.somewhere(pattern));
      patterns.put(pattern, known);
    }
    return known;
  }

  private Formula format(Place place, String name) {
    if (!options.formats()) {
      return formulas.yes;
    }
    Dfa strings = Formats.of(name);
    if (strings == null && Formats.isBeyond(name)) {
      throw refuse(place, "format", "'" + name + "' cannot be enforced; use a pattern");
    }
    return strings == null ? formulas.yes : formulas.of(new Atom.Text(strings));
  }

  private Formula items(Place place, String keyword, JsonValue value) {
    if (value instanceof JsonArray(List<JsonValue> elements)) { // draft 7's items too
      List<Formula> all = new ArrayList<>();
      for (int i = 0; i < elements.size(); i++) {
        Formula schema = schema(place, keyword, Integer.toString(i));
        all.add(formulas.of(new Atom.Element(i, schema)));
      }
      return formulas.and(all);
    }
    String before = keyword.equals("items") ? "prefixItems" : "items";
    boolean tuple = place.get(before) instanceof JsonArray;
    if (keyword.equals("additionalItems") && !tuple) {
      return formulas.yes;
    }
    int from =
        place.get(before) instanceof JsonArray(List<JsonValue> elements) ? elements.size() : 0;
    return formulas.of(new Atom.Rest(from, schema(place, keyword)));
  }

  private Formula contains(Place place) {
    boolean counts = place.draft() != Draft.DRAFT_7;
    int least = counts && place.get("minContains") != null ? count(place, "minContains") : 1;
    int most =
        counts && place.get("maxContains") != null ? count(place, "maxContains") : Atom.NO_LIMIT;
    if (least == 0 && most == Atom.NO_LIMIT) {
      return formulas.yes;
    }
    if (least > most) {
      return formulas.types(Kind.ALL & ~Kind.ARRAY.bit());
    }
    return formulas.of(new Atom.Contains(0, schema(place, "contains"), least, most));
  }

  private Formula unique(Place place, JsonValue value) {
    boolean few = Decimal.of(place.get("maxItems")) != null && count(place, "maxItems") < 2;
    if (few || JsonValue.of(false).equals(value)) {
      return formulas.yes;
    }
    throw refuse(
        place, "uniqueItems", "an automaton cannot remember all elements; check the answer");
  }

  private Formula properties(Place place, JsonValue value) {
    List<Formula> all = new ArrayList<>();
    for (String name : object(place, "properties", value).keys()) {
      all.add(formulas.of(new Atom.Every(Names.of(name), schema(place, "properties", name))));
    }
    return formulas.and(all);
  }

  private Formula patternProperties(Place place, JsonValue value) {
    List<Formula> all = new ArrayList<>();
    for (String pattern : object(place, "patternProperties", value).keys()) {
      Names names = Names.of(pattern(pattern));
      all.add(formulas.of(new Atom.Every(names, schema(place, "patternProperties", pattern))));
    }
    return formulas.and(all);
  }

  /** The names that properties and patternProperties of {@code place} speak of. */
  Names listed(Place place) {
    Set<String> words = new HashSet<>();
    Set<Dfa> matched = new HashSet<>();
    if (place.get("properties") instanceof JsonObject object) {
      words.addAll(object.keys());
    }
    if (place.get("patternProperties") instanceof JsonObject object) {
      object.keys().forEach(pattern -> matched.add(pattern(pattern)));
    }
    return new Names(words, matched, false);
  }

  private Formula propertyNames(Place place) {
    Formula names = schema(place, "propertyNames");
    if (names.isTrue()) {
      return names;
    }
    if (names.isFalse()) {
      return formulas.of(new Atom.Count(0, 0, place.pointer()));
    }
    Dfa texts = normalizer.texts(names);
    return texts.isAll()
        ? formulas.yes
        : formulas.of(new Atom.Every(Names.of(texts).not(), formulas.no));
  }

  private Formula required(List<String> names) {
    return formulas.and(
        names.stream()
            .map(name -> formulas.of(new Atom.Some(Names.of(name), formulas.yes)))
            .toList());
  }

  /** Objects without a property. */
  Formula without(String name) {
    return formulas.of(new Atom.Every(Names.of(name), formulas.no));
  }

  private Formula dependent(Place place, String keyword, JsonObject by) {
    List<Formula> all = new ArrayList<>();
    for (String name : by.keys()) {
      JsonValue value = by.getOrNull(name);
      Formula then =
          value instanceof JsonArray
              ? required(texts(place, keyword, value))
              : schema(place, keyword, name);
      all.add(formulas.or(List.of(without(name), then)));
    }
    return formulas.and(all);
  }

  private static List<JsonValue> list(Place place, String keyword, @Nullable JsonValue value) {
    if (value instanceof JsonArray(List<JsonValue> elements)) {
      return elements;
    }
    throw refuse(place, keyword, "it is no list");
  }

  private static JsonObject object(Place place, String keyword, JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw refuse(place, keyword, "it is no object");
  }

  private static String text(Place place, String keyword, JsonValue value) {
    if (value instanceof JsonValue.Text(String text)) {
      return text;
    }
    throw refuse(place, keyword, "it is no text");
  }

  private static List<String> texts(Place place, String keyword, JsonValue value) {
    return list(place, keyword, value).stream().map(each -> text(place, keyword, each)).toList();
  }
}
