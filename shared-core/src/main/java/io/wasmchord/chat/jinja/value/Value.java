package io.wasmchord.chat.jinja.value;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/** What a template computes with: Python's values, as far as chat templates know them. */
public sealed interface Value
    permits Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Text,
        ListValue,
        DictValue,
        NamespaceValue,
        FunctionValue,
        LoopValue,
        CyclerValue {
  /** What a name or key that is missing gives; {@code reason} says which. */
  record Undefined(String reason) implements Value {}

  record None() implements Value {}

  record Bool(boolean value) implements Value {}

  record Int(long value) implements Value {}

  record Real(double value) implements Value {}

  /**
   * A text. Equal texts are equal wherever they came from.
   *
   * @param input which characters came in with the input
   */
  record Text(String value, InputSpans input) implements Value {
    /** A text of the template's. */
    public Text(String value) {
      this(value, InputSpans.NONE);
    }

    /** The characters from {@code from} to {@code to}. */
    public Text part(int from, int to) {
      return new Text(value.substring(from, to), input.part(from, to));
    }

    /** What the text became as a whole: the input's if any of it was. */
    public Text became(String result) {
      return new Text(result, input.isEmpty() ? input : InputSpans.all(result.length()));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text(String text, _) && text.equals(value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }
  }

  static Value none() {
    return new None();
  }

  static Value of(String text) {
    return new Text(text);
  }

  static Value of(boolean value) {
    return new Bool(value);
  }

  static Value of(long value) {
    return new Int(value);
  }

  static Value of(double value) {
    return new Real(value);
  }

  static Value of(List<? extends Value> items) {
    return new ListValue(items, false);
  }

  /** What a template sees of a value of JSON, as if it had written it itself. */
  static Value of(JsonValue json) {
    return of(json, false);
  }

  /** What a template sees of a value of JSON that is the input's, keys included. */
  static Value ofInput(JsonValue json) {
    return of(json, true);
  }

  private static Value of(JsonValue json, boolean input) {
    return switch (json) {
      case JsonValue.Null n -> none();
      case JsonValue.Bool(boolean b) -> of(b);
      case JsonValue.Int(long i) -> of(i);
      case JsonValue.Decimal(double d) -> of(d);
      case JsonValue.Text(String text) -> text(text, input);
      case JsonArray(List<JsonValue> elements) ->
          of(elements.stream().map(element -> of(element, input)).toList());
      case JsonObject object -> {
        DictValue dict = new DictValue();
        object.forEach((key, value) -> dict.put(text(key, input), of(value, input)));
        yield dict;
      }
    };
  }

  private static Text text(String text, boolean input) {
    return input ? new Text(text, InputSpans.all(text.length())) : new Text(text);
  }

  /** Whether the value passes an {@code if}. */
  default boolean truthy() {
    return switch (this) {
      case Undefined u -> false;
      case None n -> false;
      case Bool(boolean b) -> b;
      case Int(long i) -> i != 0;
      case Real(double d) -> d != 0;
      case Text(String t, _) -> !t.isEmpty();
      case ListValue list -> !list.items().isEmpty();
      case DictValue dict -> dict.size() > 0;
      case NamespaceValue n -> true;
      case FunctionValue f -> true;
      case LoopValue l -> true;
      case CyclerValue c -> true;
    };
  }

  /** Python's name of the value's type, for error messages. */
  default String typeName() {
    return switch (this) {
      case Undefined u -> "Undefined";
      case None n -> "NoneType";
      case Bool b -> "bool";
      case Int i -> "int";
      case Real r -> "float";
      case Text t -> "str";
      case ListValue list -> list.tuple() ? "tuple" : "list";
      case DictValue d -> "dict";
      case NamespaceValue n -> "Namespace";
      case FunctionValue f -> "function";
      case LoopValue l -> "LoopContext";
      case CyclerValue c -> "Cycler";
    };
  }
}
