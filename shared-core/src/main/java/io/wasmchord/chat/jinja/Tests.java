package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expression;
import io.wasmchord.chat.jinja.text.TextKinds;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.LoopValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.Set;

/** The tests, by name: what stands after {@code is}. */
final class Tests {
  private static final Set<String> NAMES =
      Set.of(
          ("!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false"
                  + " filter float ge greaterthan gt in integer iterable le lessthan lower lt mapping"
                  + " ne none number odd sameas sequence string test true undefined upper")
              .split(" "));

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
      case "odd" -> Comparing.equal(rest(v, Value.of(2), run), Value.of(1), run);
      case "even" -> !rest(v, Value.of(2), run).truthy();
      case "divisibleby" -> !rest(v, a.require(run, 0, "num"), run).truthy();
      case "escaped" -> false; // nothing is marked as HTML
      case "filter" -> v instanceof Value.Text(String filter, _) && Filters.has(filter);
      case "test" -> v instanceof Value.Text(String test, _) && NAMES.contains(test);
      case "sameas" -> same(v, a.require(run, 0, "other"), run);
      case "lower" -> TextKinds.isCase(Printer.text(v, run), true, run);
      case "upper" -> TextKinds.isCase(Printer.text(v, run), false, run);
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

  private static Value rest(Value v, Value by, Run run) {
    return Operations.binary(Expression.Operator.MODULO, v, by, run);
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
}
