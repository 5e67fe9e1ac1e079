package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expression;
import io.wasmchord.chat.jinja.text.PercentFormat;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators, Python's. An integer that does not fit 64 bits is an error. */
final class Operations {
  private Operations() {}

  static Value binary(Expression.Operator operator, Value left, Value right, Run run) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return compute(operator, left, right, run);
    }
    if (operator == Expression.Operator.MODULO && left instanceof Value.Text format) {
      return PercentFormat.apply(format, right, run);
    }
    return switch (operator) {
      case ADD -> add(left, right, run);
      case MULTIPLY -> multiply(left, right, run);
      default -> throw unsupported(operator, left, right, run);
    };
  }

  /** The result for two numbers. */
  private static Value compute(Expression.Operator operator, Value left, Value right, Run run) {
    if (Numbers.isInteger(left) && Numbers.isInteger(right)) {
      try {
        return whole(operator, Numbers.whole(left), Numbers.whole(right), run);
      } catch (ArithmeticException e) {
        throw run.fail("an integer does not fit 64 bits");
      }
    }
    return real(operator, Numbers.real(left), Numbers.real(right), run);
  }

  private static Value whole(Expression.Operator operator, long a, long b, Run run) {
    return switch (operator) {
      case ADD -> Value.of(Math.addExact(a, b));
      case SUBTRACT -> Value.of(Math.subtractExact(a, b));
      case MULTIPLY -> Value.of(Math.multiplyExact(a, b));
      case DIVIDE -> Value.of(a / (double) nonZero(b, run));
      case FLOOR_DIVIDE -> Value.of(floorDivide(a, nonZero(b, run)));
      case MODULO -> Value.of(Math.floorMod(a, nonZero(b, run)));
      case POWER -> b < 0 ? real(operator, (double) a, (double) b, run) : Value.of(power(a, b));
    };
  }

  private static long floorDivide(long a, long b) {
    return b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b);
  }

  private static long nonZero(long divisor, Run run) {
    if (divisor == 0) {
      throw run.fail("division by zero");
    }
    return divisor;
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return (exponent & 1) == 0 ? 1 : -1;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base); // leaves within 63 rounds
    }
    return result;
  }

  private static Value real(Expression.Operator operator, double a, double b, Run run) {
    boolean divides =
        switch (operator) {
          case DIVIDE, FLOOR_DIVIDE, MODULO -> true;
          case POWER -> a == 0 && b < 0;
          default -> false;
        };
    if (divides && (b == 0 || operator == Expression.Operator.POWER)) {
      throw run.fail("division by zero");
    }
    return switch (operator) {
      case ADD -> Value.of(a + b);
      case SUBTRACT -> Value.of(a - b);
      case MULTIPLY -> Value.of(a * b);
      case DIVIDE -> Value.of(a / b);
      case FLOOR_DIVIDE -> Value.of(floorDivide(a, b));
      case MODULO -> Value.of(modulo(a, b));
      case POWER -> Value.of(Math.pow(a, b));
    };
  }

  /** The quotient that the remainder leaves. */
  private static double floorDivide(double a, double b) {
    double whole = Math.rint((a - modulo(a, b)) / b);
    return whole == 0 ? Math.copySign(0, a / b) : whole;
  }

  /** The remainder with the divisor's sign. */
  private static double modulo(double a, double b) {
    double rest = a % b;
    return rest == 0 ? Math.copySign(0, b) : rest < 0 != b < 0 ? rest + b : rest;
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
    throw unsupported(Expression.Operator.ADD, left, right, run);
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
    throw unsupported(Expression.Operator.MULTIPLY, left, right, run);
  }

  private static long size(int length, long times) {
    return length != 0 && times > Integer.MAX_VALUE ? Long.MAX_VALUE : length * times;
  }

  private static ChatTemplateException unsupported(
      Expression.Operator operator, Value left, Value right, Run run) {
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
      case Value.Int i -> minus ? compute(Expression.Operator.SUBTRACT, Value.of(0), i, run) : i;
      case Value.Bool b -> Value.of(minus ? -Numbers.whole(b) : Numbers.whole(b));
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail("a sign before " + operand.typeName());
    };
  }
}
