package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression; {@code line} is where it can fail. */
public sealed interface Expr {
  record Literal(Value value) implements Expr {}

  record Name(String name, int line) implements Expr {}

  record Items(List<Expr> items, boolean tuple) implements Expr {}

  record Dict(List<Pair> pairs, int line) implements Expr {}

  record Attribute(Expr target, String name, int line) implements Expr {}

  record Item(Expr target, Expr key, int line) implements Expr {}

  record Slice(Expr target, @Nullable Expr from, @Nullable Expr to, @Nullable Expr step, int line)
      implements Expr {}

  record Call(Expr target, CallArguments arguments, int line) implements Expr {}

  record Filtered(Expr target, Filter filter) implements Expr {}

  record Test(Expr target, String name, CallArguments arguments, int line) implements Expr {}

  record Not(Expr operand) implements Expr {}

  record Sign(boolean minus, Expr operand, int line) implements Expr {}

  record Binary(Operator operator, Expr left, Expr right, int line) implements Expr {}

  record Logic(boolean and, Expr left, Expr right) implements Expr {}

  /** Texts joined with {@code ~}. */
  record Concat(List<Expr> parts, int line) implements Expr {}

  /** A chain of comparisons, {@code a < b < c}. */
  record Compare(Expr first, List<Comparison> rest, int line) implements Expr {}

  record Conditional(Expr test, Expr then, @Nullable Expr otherwise) implements Expr {}

  /** A key and its value in a dictionary. */
  record Pair(Expr key, Expr value) {}

  /** One link of a chain of comparisons. */
  record Comparison(String operator, Expr right) {}

  /** A filter without what it is applied to. */
  record Filter(String name, CallArguments arguments, int line) {}

  /** An argument with a name. */
  record Named(String name, Expr value) {}

  /** Arguments of a call, with {@code *list} and {@code **dict}. */
  record CallArguments(
      List<Expr> positional, List<Named> named, @Nullable Expr list, @Nullable Expr dict) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);
  }

  /** Arithmetic. */
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    MODULO("%"),
    POWER("**");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    public String sign() {
      return sign;
    }
  }
}
