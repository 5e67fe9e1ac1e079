package io.wasmchord.chat.jinja;

import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators on all values. */
final class Operations {
  private Operations() {}

  static Value binary(Expr.Operator operator, Value left, Value right, Run run) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compute(operator, left, right, run);
    }
    if (operator == Expr.Operator.MODULO && left instanceof Value.Text format) {
      return PercentFormat.apply(format, right, run);
    }
    return switch (operator) {
      case ADD -> add(left, right, run);
      case MULTIPLY -> multiply(left, right, run);
      default -> throw unsupported(operator, left, right, run);
    };
  }

  private static Value add(Value left, Value right, Run run) {
    if (left instanceof Value.Text a && right instanceof Value.Text b) {
      TextBuilder both = new TextBuilder();
      run.append(both, a);
      run.append(both, b);
      return both.text();
    }
    if (left instanceof ListValue a && right instanceof ListValue b && a.tuple() == b.tuple()) {
      run.list((long) a.items().size() + b.items().size());
      List<Value> all = new ArrayList<>(a.items());
      all.addAll(b.items());
      return new ListValue(all, a.tuple());
    }
    throw unsupported(Expr.Operator.ADD, left, right, run);
  }

  private static Value multiply(Value left, Value right, Run run) {
    if (Numbers.isInteger(left) && !Numbers.isInteger(right)) {
      return multiply(right, left, run);
    }
    if (Numbers.isInteger(right) && left instanceof Value.Text text) {
      long times = Math.max(0, Numbers.whole(right));
      run.text(size(text.value().length(), times));
      return text.became(text.value().repeat((int) (text.value().isEmpty() ? 0 : times)));
    }
    if (Numbers.isInteger(right) && left instanceof ListValue list) {
      long times = Math.max(0, Numbers.whole(right));
      run.list(size(list.items().size(), times));
      List<Value> all = new ArrayList<>();
      for (long i = 0; i < times && !list.items().isEmpty(); i++) {
        all.addAll(list.items());
      }
      return new ListValue(all, list.tuple());
    }
    throw unsupported(Expr.Operator.MULTIPLY, left, right, run);
  }

  private static long size(int length, long times) {
    return length != 0 && times > Integer.MAX_VALUE ? Long.MAX_VALUE : length * times;
  }

  private static ChatTemplateException unsupported(
      Expr.Operator operator, Value left, Value right, Run run) {
    for (Value operand : List.of(left, right)) {
      if (operand instanceof Value.Undefined(String reason)) {
        return run.fail(reason);
      }
    }
    return run.fail(
        "'%s' is not possible between %s and %s"
            .formatted(operator.sign(), left.typeName(), right.typeName()));
  }

  static Value sign(boolean minus, Value operand, Run run) {
    return switch (operand) {
      case Value.Real(double d) -> Value.of(minus ? -1.0 * d : d); // TeaVM negates 0 to 0
      case Value.Int i -> minus ? Numbers.compute(Expr.Operator.SUBTRACT, Value.of(0), i, run) : i;
      case Value.Bool b -> Value.of(minus ? -Numbers.whole(b) : Numbers.whole(b));
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail("a sign before " + operand.typeName());
    };
  }
}
