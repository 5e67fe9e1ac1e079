package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.KeyOrder;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Variables of a block. What an inner scope sets does not reach the outer one. */
final class Scope {
  /** Scopes that cost a step to look through. */
  private static final int SCOPES_PER_STEP = 8;

  private final @Nullable Scope outer;
  private final Map<Object, Value> variables = new TreeMap<>(new KeyOrder()); // by name

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }

  /** The value of {@code name} here or further out, or null. */
  @Nullable Value find(String name, Run run) {
    int scopes = 0;
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
      if (++scopes % SCOPES_PER_STEP == 0) {
        run.step();
        run.name(name);
      }
    }
    return null;
  }

  /** The scope that a template's own statements run in: the one within the built-in names. */
  Scope template() {
    Scope scope = this;
    while (scope.outer != null && scope.outer.outer != null) {
      scope = scope.outer;
    }
    return scope;
  }
}
