package io.wasmchord.api;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An adapter that a request names.
 *
 * @param name what it was called when it was loaded
 * @param scale how strongly it is applied; 1 where none is given
 */
public record AdapterChoice(String name, float scale) {
  private static final Set<String> KNOWN = Set.of("name", "scale");

  /**
   * The choices of a list {@code [{name, scale}]}.
   *
   * @param option its name, for messages
   * @throws InvalidRequestException when it is something else
   */
  public static List<AdapterChoice> list(String option, JsonValue list) {
    if (!(list instanceof JsonArray array)) {
      throw Fields.refuse(option, "a list of { name, scale }", list);
    }
    List<AdapterChoice> choices = new ArrayList<>();
    for (JsonValue one : array.elements()) {
      choices.add(of(option + "[" + choices.size() + "]", one));
    }
    return choices;
  }

  private static AdapterChoice of(String where, JsonValue value) {
    if (!(value instanceof JsonObject object && Values.isObject(value))) {
      throw Fields.refuse(where, "an object { name, scale }", value);
    }
    for (String key : object.keys()) {
      if (!KNOWN.contains(key)) {
        throw Fields.refuse(where + "." + key + " is not known; an adapter has a name and a scale");
      }
    }
    if (!(object.getOrNull("name") instanceof JsonValue.Text(String name))) {
      throw Fields.refuse(where + ".name", "the name of an adapter", object.getOrNull("name"));
    }
    JsonValue scale = object.getOrNull("scale");
    Double number = scale.equals(JsonValue.ofNull()) ? Double.valueOf(1) : Values.number(scale);
    if (number == null) {
      throw Fields.refuse(where + ".scale", "a number", scale);
    }
    return new AdapterChoice(name, (float) (double) number);
  }
}
