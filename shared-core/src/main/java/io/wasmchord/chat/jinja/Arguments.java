package io.wasmchord.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The evaluated arguments of a call. */
record Arguments(List<Value> positional, DictValue named) {
  static final Arguments NONE = new Arguments(List.of(), new DictValue());

  /** The argument at {@code index} or called {@code name}, or null. */
  @Nullable Value find(int index, String name) {
    return index < positional.size() ? positional.get(index) : named.get(name);
  }

  Value get(int index, String name, Value otherwise) {
    Value found = find(index, name);
    return found == null ? otherwise : found;
  }

  Value require(Run run, int index, String name) {
    Value found = find(index, name);
    if (found == null) {
      throw run.fail("the argument '" + name + "' is missing");
    }
    return found;
  }

  /** The text at {@code index} or called {@code name}. */
  String text(Run run, int index, String name, String otherwise) {
    return text(run, index, name, new Value.Text(otherwise)).value();
  }

  Value.Text text(Run run, int index, String name, Value.Text otherwise) {
    return switch (find(index, name)) {
      case null -> otherwise;
      case Value.Text text -> text;
      case Value v ->
          throw run.fail("the argument '" + name + "' is " + v.typeName() + ", not a text");
    };
  }

  long integer(Run run, int index, String name, long otherwise) {
    Value found = find(index, name);
    return found == null ? otherwise : Numbers.integer(found, name, run);
  }

  boolean flag(int index, String name) {
    Value found = find(index, name);
    return found != null && found.truthy();
  }

  /** The arguments after the first {@code count} positional ones. */
  Arguments after(int count) {
    int from = Math.min(count, positional.size());
    return new Arguments(positional.subList(from, positional.size()), named);
  }
}
