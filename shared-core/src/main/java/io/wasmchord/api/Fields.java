package io.wasmchord.api;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.Range;
import io.wasmchord.session.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The options of one object, by kinds. Null is as if an option were not given. Every refusal names
 * the option, what it takes and what it was given.
 */
final class Fields {
  /** The largest whole number that a double and all below it hold. */
  private static final long SAFE = (1L << 53) - 1;

  private final String call;
  private final String within; // before names in messages
  private final JsonObject given;

  private Fields(String call, String within, JsonObject given) {
    this.call = call;
    this.within = within;
    this.given = given;
  }

  /**
   * The options of a request.
   *
   * @param known the options that there are, in the order in which messages list them
   * @param refusals the options that there are not
   * @throws InvalidRequestException when {@code given} is no object, or has another option
   */
  static Fields of(
      JsonValue given, RequestContext context, List<String> known, List<Refusal> refusals) {
    List<String> all = new ArrayList<>(known);
    all.addAll(context.hostOptions());
    return of(given, context.call(), "", all, refusals);
  }

  private static Fields of(
      JsonValue given, String call, String within, List<String> known, List<Refusal> refusals) {
    if (!(given instanceof JsonObject object && Values.isObject(given))) {
      throw refuse(call + " takes an object of options, not " + Values.shown(given));
    }
    Fields fields = new Fields(call, within, object);
    object.forEach((option, value) -> fields.check(option, value, known, refusals));
    return fields;
  }

  private void check(String option, JsonValue value, List<String> known, List<Refusal> refusals) {
    if (value instanceof JsonValue.Null || known.contains(option)) {
      return;
    }
    for (Refusal refusal : refusals) {
      if (refusal.option().equals(option)) {
        meet(refusal, value);
        return;
      }
    }
    String near = Names.nearest(option, known);
    throw refuse(
        call
            + " has no option "
            + Values.shown(JsonValue.of(option))
            + "; "
            + (near == null ? "it has " + String.join(", ", known) : "is " + near + " meant?"));
  }

  private void meet(Refusal refusal, JsonValue value) {
    if (!refusal.harmless().test(value)) {
      throw refuse(
          within
              + refusal.option()
              + " is not supported, and "
              + Values.shown(value)
              + " was given; "
              + refusal.remedy());
    }
  }

  static InvalidRequestException refuse(String message) {
    return new InvalidRequestException(message);
  }

  /** Says that an option is {@code what}, and not what it was given. */
  static InvalidRequestException refuse(String option, String what, JsonValue value) {
    return refuse(option + " is " + what + ", not " + Values.shown(value));
  }

  /** An option's value, or null where it was not given. */
  @Nullable JsonValue get(String option) {
    JsonValue value = given.get(option);
    return value instanceof JsonValue.Null ? null : value;
  }

  /**
   * An option's value.
   *
   * @param needed all options that there must be, for the message
   * @throws InvalidRequestException when it was not given
   */
  JsonValue need(String option, String needed) {
    JsonValue value = get(option);
    if (value == null) {
      throw refuse(option + " is missing; " + call + " needs " + needed);
    }
    return value;
  }

  /** An option's value, checked, or null where it was not given. */
  private @Nullable JsonValue get(String option, String what, Predicate<JsonValue> fits) {
    JsonValue value = get(option);
    if (value != null && !fits.test(value)) {
      throw refuse(within + option, what, value);
    }
    return value;
  }

  boolean flag(String option, boolean otherwise) {
    JsonValue value = get(option, "true or false", JsonValue.Bool.class::isInstance);
    return value instanceof JsonValue.Bool(boolean flag) ? flag : otherwise;
  }

  /** A flag, or null for anything else. */
  @Nullable Boolean flagOrNull(String option) {
    return get(option) instanceof JsonValue.Bool(boolean flag) ? (Boolean) flag : null;
  }

  /** A text that may be empty. */
  @Nullable String text(String option) {
    JsonValue value = get(option, "a text", JsonValue.Text.class::isInstance);
    return value instanceof JsonValue.Text(String text) ? text : null;
  }

  /** A text that is not empty. */
  String name(String option, String otherwise) {
    JsonValue value = get(option);
    return value == null ? otherwise : name(within + option, value);
  }

  static String name(String where, JsonValue value) {
    if (value instanceof JsonValue.Text(String name) && !name.isEmpty()) {
      return name;
    }
    throw refuse(where, "a text that is not empty", value);
  }

  /** A text with more than whitespace. */
  @Nullable String source(String option, String what) {
    JsonValue value =
        get(option, what, one -> one instanceof JsonValue.Text(String text) && !text.isBlank());
    return value instanceof JsonValue.Text(String text) ? text : null;
  }

  JsonObject object(String option) {
    JsonValue value = get(option, "an object", Values::isObject);
    return value instanceof JsonObject object ? object : JsonObject.empty();
  }

  /** An object with options of its own. */
  @Nullable Fields fields(String option, List<String> known, List<Refusal> refusals) {
    JsonValue value = get(option);
    String where = within + option;
    return value == null ? null : of(value, where, where + ".", known, refusals);
  }

  double number(String option, Range range, double otherwise) {
    String what =
        "a number from " + Values.shown(range.least()) + " to " + Values.shown(range.most());
    JsonValue value =
        get(
            option,
            what,
            one -> {
              Double number = Values.number(one);
              return number != null && number >= range.least() && number <= range.most();
            });
    Double number = value == null ? null : Values.number(value);
    return number == null ? otherwise : number;
  }

  /** A whole number, or null. */
  @Nullable Long whole(String option, long least, long most) {
    JsonValue value =
        get(
            option,
            "a whole number from " + least + " to " + most,
            one -> {
              Long whole = whole(one);
              return whole != null && whole >= least && whole <= most;
            });
    return value == null ? null : whole(value);
  }

  /** A whole number that every host can hold, or null. */
  @Nullable Long whole(String option, boolean negative) {
    return whole(option, negative ? -SAFE : 0, SAFE);
  }

  private static @Nullable Long whole(JsonValue value) {
    Double number = Values.number(value);
    return number == null || !Values.isWhole(number) || Math.abs(number) > SAFE
        ? null
        : (Long) number.longValue();
  }

  /** A number of tokens at most, or null. */
  @Nullable Integer limit(String option) {
    JsonValue value =
        get(
            option,
            "a whole number of tokens, or -1 or Infinity for no limit",
            one -> {
              Double number = Values.number(one);
              return number != null && Values.isWhole(number) && number >= -1;
            });
    Double number = value == null ? null : Values.number(value);
    if (number == null) {
      return null;
    }
    return number == -1
        ? GenerationOptions.NO_LIMIT
        : (int) Math.min(number, GenerationOptions.NO_LIMIT);
  }

  /** One of some words, or {@code otherwise}. */
  String choice(String option, String otherwise, List<String> words) {
    String found = choice(option, words);
    return found == null ? otherwise : found;
  }

  /** One of some words, or null. */
  @Nullable String choice(String option, List<String> words) {
    JsonValue value =
        get(
            option,
            quoted(words),
            one -> one instanceof JsonValue.Text(String word) && words.contains(word));
    return value instanceof JsonValue.Text(String word) ? word : null;
  }

  private static String quoted(List<String> words) {
    List<String> quoted = words.stream().map(word -> "'" + word + "'").toList();
    return quoted.size() == 1
        ? quoted.getFirst()
        : String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
  }

  /** A list, or null; {@code each} is given the place and the value of an element. */
  <T> @Nullable List<T> list(String option, String what, BiFunction<String, JsonValue, T> each) {
    JsonValue value = get(option, what, JsonArray.class::isInstance);
    return value instanceof JsonArray array ? list(within + option, array, each) : null;
  }

  static <T> List<T> list(String where, JsonArray array, BiFunction<String, JsonValue, T> each) {
    List<T> elements = new ArrayList<>();
    for (JsonValue element : array.elements()) {
      elements.add(each.apply(where + "[" + elements.size() + "]", element));
    }
    return elements;
  }

  /** A list, or one element of it alone; empty where nothing was given. */
  <T> List<T> oneOrList(String option, BiFunction<String, JsonValue, T> each) {
    JsonValue value = get(option);
    if (value == null) {
      return List.of();
    }
    String where = within + option;
    return value instanceof JsonArray array
        ? list(where, array, each)
        : List.of(each.apply(where, value));
  }
}
