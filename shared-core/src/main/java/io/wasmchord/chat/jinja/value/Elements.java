package io.wasmchord.chat.jinja.value;

import java.util.ArrayList;
import java.util.List;

/** What values hold that can be looped over. */
public final class Elements {
  private Elements() {}

  /** The elements that a loop visits; a copy, so that the loop may change the original. */
  public static List<Value> iterate(Value value, Run run) {
    List<Value> items =
        switch (value) {
          case Value.Undefined u -> List.of();
          case ListValue list -> new ArrayList<>(list.items());
          case DictValue dict -> dict.keys();
          case Value.Text text -> characters(text, run);
          default -> throw run.fail(value.typeName() + " cannot be looped over");
        };
    run.list(items.size());
    return items;
  }

  private static List<Value> characters(Value.Text text, Run run) {
    run.list(text.value().length());
    List<Value> items = new ArrayList<>();
    int to;
    for (int i = 0; i < text.value().length(); i = to) {
      to = text.value().offsetByCodePoints(i, 1);
      items.add(text.part(i, to));
    }
    return items;
  }

  /** What {@code length} gives. */
  public static int length(Value value, Run run) {
    return switch (value) {
      case Value.Undefined u -> 0;
      case Value.Text(String text, _) -> {
        run.read(text.length());
        yield Characters.length(text);
      }
      case ListValue list -> list.items().size();
      case DictValue dict -> dict.size();
      default -> throw run.fail(value.typeName() + " has no length");
    };
  }
}
