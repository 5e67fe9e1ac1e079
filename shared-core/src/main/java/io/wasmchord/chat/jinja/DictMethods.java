package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code dict} that templates use. */
final class DictMethods {
  private DictMethods() {}

  /** The method {@code name} of {@code dict}, or null if there is none. */
  static @Nullable FunctionValue find(DictValue dict, String name) {
    FunctionValue.Body body =
        switch (name) {
          case "items" -> (a, run) -> list(dict.items(), run);
          case "keys" -> (a, run) -> list(dict.keys(), run);
          case "values" -> (a, run) -> list(dict.values(), run);
          case "get" -> (a, run) -> get(dict, a, Value.none(), run);
          case "copy" -> (a, run) -> copy(dict, run);
          case "update" -> (a, run) -> update(dict, a, run);
          case "setdefault" -> (a, run) -> setDefault(dict, a, run);
          case "clear" -> (a, run) -> clear(dict);
          case "popitem" -> (a, run) -> popItem(dict, run);
          case "pop" -> (a, run) -> pop(dict, a, run);
          default -> null;
        };
    return body == null ? null : new FunctionValue(name, body);
  }

  private static Value list(List<Value> items, Run run) {
    run.list(items.size());
    return Value.of(items);
  }

  private static Value get(DictValue dict, Arguments a, Value otherwise, Run run) {
    Value key = a.require(run, 0, "key");
    run.key(key);
    Value found = dict.get(key);
    return found == null ? a.get(1, "default", otherwise) : found;
  }

  private static Value copy(DictValue dict, Run run) {
    DictValue copy = new DictValue();
    merge(copy, dict, run);
    return copy;
  }

  private static Value setDefault(DictValue dict, Arguments a, Run run) {
    Value value = get(dict, a, Value.none(), run);
    put(dict, a.require(run, 0, "key"), value, run);
    return value;
  }

  private static Value pop(DictValue dict, Arguments a, Run run) {
    Value key = a.require(run, 0, "key");
    run.key(key);
    Value removed = dict.remove(key);
    Value result = removed == null ? a.find(1, "default") : removed;
    if (result == null) {
      throw run.fail("pop() of the key " + Printer.text(key, run) + ", which is not there");
    }
    return result;
  }

  private static Value clear(DictValue dict) {
    dict.clear();
    return Value.none();
  }

  private static Value popItem(DictValue dict, Run run) {
    DictValue.Entry last = dict.last();
    if (last == null) {
      throw run.fail("popitem() of an empty dictionary");
    }
    dict.remove(last.key());
    return ListValue.tuple(last.key(), last.value());
  }

  /** Sets what the arguments give: a dictionary or pairs, then named values. */
  static Value update(DictValue dict, Arguments a, Run run) {
    for (Value source : a.positional()) {
      merge(dict, source, run);
    }
    merge(dict, a.named(), run);
    return Value.none();
  }

  /** Sets the entries of {@code source}, a dictionary or an iterable of pairs. */
  static void merge(DictValue dict, Value source, Run run) {
    if (source instanceof DictValue other) {
      run.list(other.size());
      for (DictValue.Entry entry : new ArrayList<>(other.entries())) {
        dict.put(entry.key(), entry.value());
      }
      return;
    }
    for (Value item : Elements.iterate(source, run)) {
      List<Value> pair = Elements.iterate(item, run);
      if (pair.size() != 2) {
        throw run.fail("a dictionary is made of pairs, not of " + pair.size() + " values");
      }
      put(dict, pair.getFirst(), pair.getLast(), run);
    }
  }

  static void put(DictValue dict, Value key, Value value, Run run) {
    run.list(1);
    run.key(key);
    if (!dict.put(key, value)) {
      throw run.fail(key.typeName() + " cannot be a key");
    }
  }
}
