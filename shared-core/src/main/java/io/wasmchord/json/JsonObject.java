package io.wasmchord.json;

import io.wasmchord.maps.StringIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Values by keys, in the order in which the keys first came. */
public final class JsonObject implements JsonValue {
  private static final JsonObject EMPTY = new JsonObject(new StringIndex(), List.of());

  private final StringIndex keys;
  private final List<JsonValue> values; // by the keys' numbers

  private JsonObject(StringIndex keys, List<JsonValue> values) {
    this.keys = keys;
    this.values = values;
  }

  /** An object without keys. */
  public static JsonObject empty() {
    return EMPTY;
  }

  /** An object with one key. */
  public static JsonObject of(String key, JsonValue value) {
    return builder().put(key, value).build();
  }

  /** An object with the keys of {@code values}, in their order there. */
  public static JsonObject of(Map<String, ? extends JsonValue> values) {
    Builder builder = builder();
    values.forEach(builder::put);
    return builder.build();
  }

  /** An object in the making. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value under {@code key}, or null. */
  public @Nullable JsonValue get(String key) {
    int at = keys.find(key);
    return at == StringIndex.ABSENT ? null : values.get(at);
  }

  /** The value under {@code key}, or JSON's null. */
  public JsonValue getOrNull(String key) {
    JsonValue value = get(key);
    return value == null ? JsonValue.ofNull() : value;
  }

  /** All keys, in order. */
  public List<String> keys() {
    return keys.keys();
  }

  /** How many keys it has. */
  public int size() {
    return values.size();
  }

  /** Gives every key and its value to {@code each}, in order. */
  public void forEach(BiConsumer<String, JsonValue> each) {
    for (int i = 0; i < values.size(); i++) {
      each.accept(keys.keys().get(i), values.get(i));
    }
  }

  /** The same with {@code key} set to {@code value}. */
  public JsonObject with(String key, JsonValue value) {
    return builder().putAll(this).put(key, value).build();
  }

  /** The same without {@code key}. */
  public JsonObject without(String key) {
    Builder rest = builder();
    forEach((each, value) -> {
      if (!each.equals(key)) {
        rest.put(each, value);
      }
    });
    return rest.build();
  }

  /** Whether keys, their order and values are the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonObject object
        && keys().equals(object.keys())
        && values.equals(object.values);
  }

  @Override
  public int hashCode() {
    return 31 * keys().hashCode() + values.hashCode();
  }

  /** It as JSON. */
  @Override
  public String toString() {
    return JsonWriter.json(this);
  }

  /** An object in the making. It makes one object, and takes no keys after that. */
  public static final class Builder {
    private final StringIndex keys = new StringIndex();
    private final List<JsonValue> values = new ArrayList<>();

    private Builder() {}

    /** Sets {@code key}; one that was there keeps its place. */
    public Builder put(String key, JsonValue value) {
      int at = keys.add(key);
      if (at < values.size()) {
        values.set(at, value);
      } else {
        values.add(value);
      }
      return this;
    }

    /** Sets {@code key} to a text. */
    public Builder put(String key, String value) {
      return put(key, JsonValue.of(value));
    }

    /** Sets {@code key} to a whole number. */
    public Builder put(String key, long value) {
      return put(key, JsonValue.of(value));
    }

    /** Sets {@code key} to a number. */
    public Builder put(String key, double value) {
      return put(key, JsonValue.of(value));
    }

    /** Sets {@code key} to true or false. */
    public Builder put(String key, boolean value) {
      return put(key, JsonValue.of(value));
    }

    /** Sets all keys of {@code other}. */
    public Builder putAll(JsonObject other) {
      other.forEach(this::put);
      return this;
    }

    /** The object. */
    public JsonObject build() {
      return values.isEmpty() ? EMPTY : new JsonObject(keys, Collections.unmodifiableList(values));
    }
  }
}
