package io.wasmchord.chord;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record's JSON schema, and records out of JSON. Components are texts, whole and other numbers,
 * booleans, enums, records, lists, maps of texts to any of these, or an {@link Optional} of one,
 * which may be missing.
 */
public final class RecordShape<T extends Record> {
  private static final int MOST_DEPTH = 16;
  private static final long MOST_WHOLE = 999_999_999_999_999_999L; // any 18 digits fit a long

  private final Class<T> type;
  private final JsonObject schema;

  private RecordShape(Class<T> type, JsonObject schema) {
    this.type = type;
    this.schema = schema;
  }

  /**
   * A record's shape.
   *
   * @throws InvalidRequestException when a component has another type; the message names it
   */
  public static <T extends Record> RecordShape<T> of(Class<T> type) {
    return new RecordShape<>(type, schema(type, 0));
  }

  /** The JSON schema. */
  public JsonObject schema() {
    return schema;
  }

  /**
   * The record that JSON is.
   *
   * @throws InvalidRequestException when it is not as the schema says
   */
  public T read(String json) {
    return read(JsonReader.parse(json));
  }

  /** The same of JSON that was parsed. */
  public T read(JsonValue json) {
    return type.cast(record(type, json));
  }

  private static JsonObject schema(Class<?> type, int depth) {
    if (depth > MOST_DEPTH) {
      throw refused(type.getName(), "nests too deeply, or contains itself");
    }
    JsonObject.Builder properties = JsonObject.builder();
    List<JsonValue> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String where = type.getSimpleName() + "." + component.getName();
      properties.put(component.getName(), value(where, component.getGenericType(), depth));
      if (component.getType() != Optional.class) {
        required.add(JsonValue.of(component.getName()));
      }
    }
    return JsonObject.builder()
        .put("type", "object")
        .put("properties", properties.build())
        .put("required", JsonValue.of(required))
        .put("additionalProperties", false)
        .build();
  }

  private static JsonObject value(String where, Type type, int depth) {
    return switch (type) {
      case Class<?> c when c == String.class -> typed("string");
      case Class<?> c when c == boolean.class || c == Boolean.class -> typed("boolean");
      case Class<?> c when c == int.class || c == Integer.class ->
          whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case Class<?> c when c == long.class || c == Long.class -> whole(-MOST_WHOLE, MOST_WHOLE);
      case Class<?> c
          when c == double.class || c == Double.class || c == float.class || c == Float.class ->
          typed("number");
      case Class<?> c when c.isEnum() -> {
        List<JsonValue> names = new ArrayList<>();
        for (Object constant : c.getEnumConstants()) {
          names.add(JsonValue.of(((Enum<?>) constant).name()));
        }
        yield JsonObject.of("enum", JsonValue.of(names));
      }
      case Class<?> c when c.isRecord() -> schema(c, depth + 1);
      case ParameterizedType p when p.getRawType() == List.class ->
          typed("array").with("items", value(where, p.getActualTypeArguments()[0], depth));
      case ParameterizedType p when p.getRawType() == Optional.class ->
          value(where, p.getActualTypeArguments()[0], depth);
      case ParameterizedType p
          when p.getRawType() == Map.class && p.getActualTypeArguments()[0] == String.class ->
          typed("object")
              .with("additionalProperties", value(where, p.getActualTypeArguments()[1], depth));
      default -> throw refused(where, "is a " + type.getTypeName() + ", which has no JSON here");
    };
  }

  private static JsonObject typed(String name) {
    return JsonObject.of("type", JsonValue.of(name));
  }

  private static JsonObject whole(long least, long most) {
    return typed("integer")
        .with("minimum", JsonValue.of(least))
        .with("maximum", JsonValue.of(most));
  }

  private static InvalidRequestException refused(String where, String why) {
    return new InvalidRequestException(
        where
            + " "
            + why
            + "; take texts, numbers, booleans, enums, records, lists, maps or Optional");
  }

  private static Object record(Class<?> type, JsonValue json) {
    if (!(json instanceof JsonObject object)) {
      throw different(type.getSimpleName(), json);
    }
    RecordComponent[] components = type.getRecordComponents();
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      String where = type.getSimpleName() + "." + component.getName();
      values.add(read(where, component.getGenericType(), object.getOrNull(component.getName())));
    }
    try {
      var made =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      made.setAccessible(true); // of a record that is private to its class
      return made.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw new InvalidRequestException(
          type.getSimpleName() + " refuses its values: " + e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new InvalidRequestException(
          "a " + type.getName() + " cannot be made: " + e + "; open its package to wasm-chord");
    }
  }

  private static @Nullable Object read(String where, Type type, JsonValue json) {
    return switch (type) {
      case ParameterizedType p when p.getRawType() == Optional.class ->
          json instanceof JsonValue.Null
              ? Optional.empty()
              : Optional.ofNullable(read(where, p.getActualTypeArguments()[0], json));
      case ParameterizedType p
          when p.getRawType() == List.class && json instanceof JsonArray array -> {
        List<@Nullable Object> all = new ArrayList<>();
        array.elements().forEach(one -> all.add(read(where, p.getActualTypeArguments()[0], one)));
        yield all;
      }
      case ParameterizedType p
          when p.getRawType() == Map.class && json instanceof JsonObject object -> {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        object.forEach((key, one) -> all.put(key, read(where, p.getActualTypeArguments()[1], one)));
        yield all;
      }
      case Class<?> c when c.isRecord() -> record(c, json);
      case Class<?> c when c.isEnum() && json instanceof JsonValue.Text(String name) ->
          constant(where, c, name);
      case Class<?> c -> simple(where, c, json);
      default -> throw different(where, json);
    };
  }

  private static Object constant(String where, Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw different(where, JsonValue.of(name));
  }

  private static Object simple(String where, Class<?> type, JsonValue json) {
    return switch (json) {
      case JsonValue.Text(String text) when type == String.class -> text;
      case JsonValue.Bool(boolean flag) when type == boolean.class || type == Boolean.class -> flag;
      case JsonValue.Int(long n)
          when (type == int.class || type == Integer.class) && n == (int) n ->
          (int) n;
      case JsonValue.Int(long n) when type == long.class || type == Long.class -> n;
      case JsonValue.Int(long n) when type == double.class || type == Double.class -> (double) n;
      case JsonValue.Int(long n) when type == float.class || type == Float.class -> (float) n;
      case JsonValue.Decimal(double n) when type == double.class || type == Double.class -> n;
      case JsonValue.Decimal(double n) when type == float.class || type == Float.class -> (float) n;
      default -> throw different(where, json);
    };
  }

  private static InvalidRequestException different(String where, JsonValue json) {
    String text = JsonWriter.json(json);
    return new InvalidRequestException(
        where + " cannot be " + (text.length() > 100 ? text.substring(0, 100) + "..." : text));
  }
}
