package io.wasmchord.chat.jinja;

import java.util.Locale;

/** The tests, by name: what stands after {@code is}. */
final class Tests {
  private Tests() {}

  static boolean holds(String name, Value v, Arguments a, Run run) {
    run.step();
    return switch (name) {
      case "defined" -> !(v instanceof Value.Undefined);
      case "undefined" -> v instanceof Value.Undefined;
      case "none" -> v instanceof Value.None;
      case "boolean" -> v instanceof Value.Bool;
      case "true" -> v instanceof Value.Bool(boolean b) && b;
      case "false" -> v instanceof Value.Bool(boolean b) && !b;
      case "string" -> v instanceof Value.Text;
      case "number" -> Numbers.isNumber(v);
      case "integer" -> v instanceof Value.Int;
      case "float" -> v instanceof Value.Real;
      case "mapping" -> v instanceof DictValue;
      case "callable" -> v instanceof FunctionValue || v instanceof LoopValue;
      case "iterable", "sequence" ->
          switch (v) {
            case Value.Undefined u -> true; // an empty one
            case Value.Text t -> true;
            case ListValue l -> true;
            case DictValue d -> true;
            default -> false;
          };
      case "odd" -> Math.floorMod(Numbers.integer(v, "value", run), 2L) == 1;
      case "even" -> Math.floorMod(Numbers.integer(v, "value", run), 2L) == 0;
      case "divisibleby" -> divisible(v, a.require(run, 0, "num"), run);
      case "sameas" -> same(v, a.require(run, 0, "other"), run);
      case "lower" -> isCase(Printer.text(v, run), true, run);
      case "upper" -> isCase(Printer.text(v, run), false, run);
      default -> Comparing.holds(operator(name, run), v, a.require(run, 0, "other"), run);
    };
  }

  private static String operator(String name, Run run) {
    return switch (name) {
      case "eq", "equalto", "==" -> "==";
      case "ne", "!=" -> "!=";
      case "lt", "lessthan", "<" -> "<";
      case "le", "<=" -> "<=";
      case "gt", "greaterthan", ">" -> ">";
      case "ge", ">=" -> ">=";
      case "in" -> "in";
      default -> throw run.fail("there is no test '" + name + "'");
    };
  }

  private static boolean divisible(Value v, Value by, Run run) {
    Value rest = Operations.binary(Expr.Operator.MODULO, v, by, run);
    return !rest.truthy();
  }

  /** Identity; plain values have none here, so equal ones of one type are the same. */
  private static boolean same(Value a, Value b, Run run) {
    return switch (a) {
      case Value.Bool x -> x.equals(b);
      case Value.None x -> x.equals(b);
      case Value.Int x -> x.equals(b);
      case Value.Text x -> Comparing.equal(x, b, run);
      default -> a == b;
    };
  }

  private static boolean isCase(String text, boolean lower, Run run) {
    run.text(text.length());
    run.text(text.length());
    String folded = lower ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
    String other = lower ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    return text.equals(folded) && !text.equals(other);
  }
}
