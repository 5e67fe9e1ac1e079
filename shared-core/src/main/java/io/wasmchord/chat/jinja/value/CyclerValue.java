package io.wasmchord.chat.jinja.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code cycler(...)} makes: goes through its items again and again. */
public final class CyclerValue implements Value {
  private final List<Value> items;
  private int at;

  /**
   * @param items at least one
   */
  public CyclerValue(List<Value> items) {
    this.items = items;
  }

  /** An attribute, or null if there is none of this name. */
  public @Nullable Value attribute(String name) {
    return switch (name) {
      case "current" -> items.get(at);
      case "items" -> new ListValue(items, true);
      case "pos" -> Value.of(at);
      case "next" ->
          new FunctionValue(
              "next",
              (a, run) -> {
                Value now = items.get(at);
                at = (at + 1) % items.size();
                return now;
              });
      case "reset" ->
          new FunctionValue(
              "reset",
              (a, run) -> {
                at = 0;
                return Value.none();
              });
      default -> null;
    };
  }
}
