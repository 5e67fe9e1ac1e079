package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.text.CountedLetters;
import io.wasmchord.constraint.text.PatternLetters;
import io.wasmchord.constraint.text.RawFrame;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Schema, drafts 2020-12 and 7. */
public final class JsonSchema {
  private static final int MOST_TYPES = 1 << 13;

  private record Pending(JsonType type, Formula formula) {}

  private final SchemaOptions options;
  private final Formulas formulas = new Formulas();
  private final SchemaReader reader;
  private final Map<Formula, JsonType> types = new HashMap<>();
  private final List<Pending> pending = new ArrayList<>();
  private int shapes;

  private JsonSchema(SchemaDocuments documents, SchemaOptions options) {
    this.options = options;
    this.reader = new SchemaReader(formulas, documents, options);
  }

  /**
   * The JSON texts that a schema allows. Within an object no listed property comes twice; one that
   * is not listed may.
   *
   * @throws UnenforceableSchemaException when a keyword cannot be enforced, or no value is allowed
   * @throws ConstraintLimitException when there are too many cases
   */
  public static Frame frame(JsonValue schema, SchemaOptions options) {
    if (!SchemaDocuments.isSchema(schema)) {
      throw new UnenforceableSchemaException(
          "type", "", "a schema is an object, true or false, not " + schema.type());
    }
    SchemaDocuments documents = new SchemaDocuments(options.documents());
    Place root = documents.add(schema, "", Draft.DRAFT_2020_12);
    return new JsonSchema(documents, options).compile(root);
  }

  /**
   * The strings among the values that a schema allows, written as they are: without quotes and
   * escapes.
   *
   * @param writable those that can be written so
   * @return null where there is none
   * @throws UnenforceableSchemaException when a keyword cannot be enforced
   * @throws ConstraintLimitException when there are too many cases
   */
  public static @Nullable Frame texts(JsonValue schema, SchemaOptions options, Dfa writable) {
    SchemaDocuments documents = new SchemaDocuments(options.documents());
    Place root = documents.add(schema, "", Draft.DRAFT_2020_12);
    SchemaReader reader = new SchemaReader(new Formulas(), documents, options);
    List<Frame> all = new ArrayList<>();
    for (Strings each : reader.normalizer().strings(reader.schema(root))) {
      Strings texts = new Strings(each.texts().and(writable), each.least(), each.most());
      if (each.texts().isAll() && each.limited()) {
        if (each.least() <= each.most()) {
          all.add(RawFrame.open(new CountedLetters(writable, 0, 0, each.least(), each.most())));
        }
      } else if (!texts.isEmpty()) {
        all.add(RawFrame.open(new PatternLetters(texts.dfa(), 0)));
      }
    }
    return all.isEmpty() ? null : Frames.oneOf(all);
  }

  private Frame compile(Place root) {
    JsonType type = type(reader.schema(root));
    for (int i = 0; i < pending.size(); i++) {
      fill(pending.get(i));
    }
    boolean more = true;
    while (more) {
      more = false;
      for (JsonType each : types.values()) {
        more |= each.becomesPossible();
      }
    }
    types.values().forEach(JsonType::settle);
    if (!type.isPossible()) {
      throw new UnenforceableSchemaException("", root.pointer(), "the schema allows no value");
    }
    return type;
  }

  private JsonType type(Formula formula) {
    JsonType known = types.get(formula);
    if (known == null) {
      if (types.size() >= MOST_TYPES) {
        throw new ConstraintLimitException(
            "the schema has more than "
                + MOST_TYPES
                + " types of values; use fewer of oneOf, not, if and contains");
      }
      known = new JsonType(types.size(), scalars(formula), strings(formula), options.notation());
      types.put(formula, known);
      pending.add(new Pending(known, formula));
    }
    return known;
  }

  private Dfa scalars(Formula formula) {
    List<String> words = new ArrayList<>();
    for (Kind kind : List.of(Kind.NULL, Kind.TRUE, Kind.FALSE)) {
      if (reader.normalizer().allows(formula, kind)) {
        words.add(
            switch (kind) {
              case NULL -> options.notation().nothing();
              case TRUE -> options.notation().yes();
              default -> options.notation().no();
            });
      }
    }
    Dfa all = words.isEmpty() ? Dfa.NOTHING : Dfa.words(words);
    for (Dfa numbers : reader.normalizer().numbers(formula)) {
      all = all.or(numbers);
    }
    return all;
  }

  private List<Strings> strings(Formula formula) {
    Dfa writable = options.notation().texts();
    return reader.normalizer().strings(formula).stream()
        .map(each -> new Strings(each.texts().and(writable), each.least(), each.most()))
        .map(each ->
            each.limited() && !each.texts().isAll()
                ? new Strings(each.dfa(), 0, Atom.NO_LIMIT)
                : each)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private void fill(Pending type) {
    List<ArrayShape> arrays = new ArrayList<>();
    for (Arrays each : reader.normalizer().arrays(type.formula())) {
      arrays.add(new ArrayShape(shapes++, each, options.whitespace(), formulas, this::type));
    }
    List<ObjectShape> objects = new ArrayList<>();
    for (Objects each : reader.normalizer().objects(type.formula())) {
      objects.add(new ObjectShape(shapes++, each, options, formulas, this::type));
    }
    type.type().contain(arrays, objects);
  }
}
