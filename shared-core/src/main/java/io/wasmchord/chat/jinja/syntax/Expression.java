package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression; {@code line} is where it can fail. */
public sealed interface Expression {
  record Literal(Value value) implements Expression {}

  record Name(String name, int line) implements Expression {}

  record Items(List<Expression> items, boolean tuple) implements Expression {}

  record Dict(List<Pair> pairs, int line) implements Expression {}

  record Attribute(Expression target, String name, int line) implements Expression {}

  record Item(Expression target, Expression key, int line) implements Expression {}

  record Slice(
      Expression target,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step,
      int line)
      implements Expression {}

  record Call(Expression target, CallArguments arguments, int line) implements Expression {}

  record Filtered(Expression target, Filter filter) implements Expression {}

  record Test(Expression target, String name, CallArguments arguments, int line)
      implements Expression {}

  record Not(Expression operand) implements Expression {}

  record Sign(boolean minus, Expression operand, int line) implements Expression {}

  record Binary(Operator operator, Expression left, Expression right, int line)
      implements Expression {}

  record Logic(boolean and, Expression left, Expression right) implements Expression {}

  /** Texts joined with {@code ~}. */
  record Concat(List<Expression> parts, int line) implements Expression {}

  /** A chain of comparisons, {@code a < b < c}. */
  record Compare(Expression first, List<Comparison> rest, int line) implements Expression {}

  record Conditional(Expression test, Expression then, @Nullable Expression otherwise)
      implements Expression {}

  /** A key and its value in a dictionary. */
  record Pair(Expression key, Expression value) {}

  /** One link of a chain of comparisons. */
  record Comparison(String operator, Expression right) {}

  /** A filter without what it is applied to. */
  record Filter(String name, CallArguments arguments, int line) {}

  /** An argument with a name. */
  record Named(String name, Expression value) {}

  /** Arguments of a call, with {@code *list} and {@code **dict}. */
  record CallArguments(
      List<Expression> positional,
      List<Named> named,
      @Nullable Expression list,
      @Nullable Expression dict) {
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
