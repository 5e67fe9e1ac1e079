package io.wasmchord.chat.jinja.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The evaluated arguments of a call. */
public record Arguments(List<Value> positional, DictValue named) {
  public static final Arguments NONE = new Arguments(List.of(), new DictValue());

  /** The argument at {@code index} or called {@code name}, or null. */
  public @Nullable Value find(int index, String name) {
    return index < positional.size() ? positional.get(index) : named.get(name);
  }

  public Value get(int index, String name, Value otherwise) {
    Value found = find(index, name);
    return found == null ? otherwise : found;
  }

  public Value require(Run run, int index, String name) {
    Value found = find(index, name);
    if (found == null) {
      throw run.fail("the argument '" + name + "' is missing");
    }
    return found;
  }

  /** The text at {@code index} or called {@code name}. */
  public String text(Run run, int index, String name, String otherwise) {
    return text(run, index, name, new Value.Text(otherwise)).value();
  }

  public Value.Text text(Run run, int index, String name, Value.Text otherwise) {
    return switch (find(index, name)) {
      case null -> otherwise;
      case Value.Text text -> text;
      case Value v ->
          throw run.fail("the argument '" + name + "' is " + v.typeName() + ", not a text");
    };
  }

  public long integer(Run run, int index, String name, long otherwise) {
    Value found = find(index, name);
    return found == null ? otherwise : Numbers.integer(found, name, run);
  }

  public boolean flag(int index, String name) {
    Value found = find(index, name);
    return found != null && found.truthy();
  }

  /** The arguments after the first {@code count} positional ones. */
  public Arguments after(int count) {
    int from = Math.min(count, positional.size());
    return new Arguments(positional.subList(from, positional.size()), named);
  }
}
