package io.wasmchord.chat.jinja.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} of a {@code for}. */
public final class LoopValue implements Value {
  private final List<Value> items;
  private final int depth;
  private final @Nullable FunctionValue again;
  private int index;
  private @Nullable Value last; // what loop.changed() saw

  /**
   * @param depth how many times the loop has called itself
   * @param again what such a call does, or null where the loop is not recursive
   */
  public LoopValue(List<Value> items, int depth, @Nullable FunctionValue again) {
    this.items = items;
    this.depth = depth;
    this.again = again;
  }

  public Value call(Arguments arguments, Run run) {
    if (again == null) {
      throw run.fail("a loop calls itself that is not marked 'recursive'");
    }
    return again.call(arguments, run);
  }

  public void moveTo(int to) {
    index = to;
  }

  /** An attribute, or null if there is none of this name. */
  public @Nullable Value attribute(String name) {
    int n = items.size();
    return switch (name) {
      case "index" -> Value.of(index + 1);
      case "index0" -> Value.of(index);
      case "revindex" -> Value.of(n - index);
      case "revindex0" -> Value.of(n - index - 1);
      case "first" -> Value.of(index == 0);
      case "last" -> Value.of(index == n - 1);
      case "length" -> Value.of(n);
      case "depth" -> Value.of(depth + 1);
      case "depth0" -> Value.of(depth);
      case "previtem" ->
          index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
      case "nextitem" ->
          index + 1 < n ? items.get(index + 1) : new Undefined("there is no next item");
      case "cycle" -> new FunctionValue("loop.cycle", this::cycle);
      case "changed" -> new FunctionValue("loop.changed", this::changed);
      default -> null;
    };
  }

  private Value cycle(Arguments arguments, Run run) {
    int n = arguments.positional().size();
    if (n == 0) {
      throw run.fail("loop.cycle() needs something to cycle through");
    }
    return arguments.positional().get(index % n);
  }

  private Value changed(Arguments arguments, Run run) {
    Value now = new ListValue(arguments.positional(), true);
    boolean same = last != null && Comparing.equal(last, now, run);
    last = now;
    return Value.of(!same);
  }
}
