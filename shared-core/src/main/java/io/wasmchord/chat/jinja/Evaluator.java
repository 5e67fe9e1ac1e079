package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expr;
import io.wasmchord.chat.jinja.syntax.Expr.CallArguments;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.LoopValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes expressions. */
final class Evaluator {
  private final Run run;

  Evaluator(Run run) {
    this.run = run;
  }

  Value eval(Expr expression, Scope scope) {
    run.enter();
    run.step();
    Value value =
        switch (expression) {
          case Expr.Literal(Value literal) -> literal;
          case Expr.Name name -> name(name, scope);
          case Expr.Items items -> new ListValue(all(items.items(), scope), items.tuple());
          case Expr.Dict dict -> dict(dict, scope);
          case Expr.Attribute a -> attribute(a, scope);
          case Expr.Item item -> item(item, scope);
          case Expr.Slice slice -> slice(slice, scope);
          case Expr.Call call -> call(call, arguments(call.arguments(), scope), scope);
          case Expr.Filtered f -> filter(f.filter(), eval(f.target(), scope), scope);
          case Expr.Test test -> test(test, scope);
          case Expr.Not(Expr operand) -> Value.of(!eval(operand, scope).truthy());
          case Expr.Sign sign -> sign(sign, scope);
          case Expr.Binary binary -> binary(binary, scope);
          case Expr.Logic logic -> logic(logic, scope);
          case Expr.Concat concat -> concat(concat, scope);
          case Expr.Compare compare -> compare(compare, scope);
          case Expr.Conditional conditional -> conditional(conditional, scope);
        };
    run.leave();
    return value;
  }

  private Value name(Expr.Name name, Scope scope) {
    run.at(name.line());
    run.name(name.name());
    Value found = scope.find(name.name(), run);
    return found == null ? new Value.Undefined("'" + name.name() + "' is undefined") : found;
  }

  private List<Value> all(List<Expr> expressions, Scope scope) {
    List<Value> values = new ArrayList<>();
    for (Expr expression : expressions) {
      values.add(eval(expression, scope));
    }
    return values;
  }

  private Value dict(Expr.Dict literal, Scope scope) {
    DictValue dict = new DictValue();
    for (Expr.Pair pair : literal.pairs()) {
      Value key = eval(pair.key(), scope);
      Value value = eval(pair.value(), scope);
      run.at(literal.line());
      DictMethods.put(dict, key, value, run);
    }
    return dict;
  }

  private Value attribute(Expr.Attribute attribute, Scope scope) {
    Value target = eval(attribute.target(), scope);
    run.at(attribute.line());
    return Access.attribute(target, attribute.name(), run);
  }

  private Value item(Expr.Item item, Scope scope) {
    Value target = eval(item.target(), scope);
    Value key = eval(item.key(), scope);
    run.at(item.line());
    return Access.item(target, key, run);
  }

  private Value slice(Expr.Slice slice, Scope scope) {
    Value target = eval(slice.target(), scope);
    Long from = bound(slice.from(), scope);
    Long to = bound(slice.to(), scope);
    Long step = bound(slice.step(), scope);
    run.at(slice.line());
    return Access.slice(target, from, to, step, run);
  }

  private @Nullable Long bound(@Nullable Expr expression, Scope scope) {
    Value value = expression == null ? Value.none() : eval(expression, scope);
    return value instanceof Value.None ? null : (Long) Numbers.integer(value, "slice", run);
  }

  /** Calls with arguments that are already evaluated. */
  Value call(Expr.Call call, Arguments arguments, Scope scope) {
    Value target = eval(call.target(), scope);
    run.at(call.line());
    return switch (target) {
      case FunctionValue function -> function.call(arguments, run);
      case LoopValue loop -> loop.call(arguments, run);
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(target.typeName() + " cannot be called");
    };
  }

  Arguments arguments(CallArguments given, Scope scope) {
    List<Value> positional = all(given.positional(), scope);
    if (given.list() != null) {
      positional.addAll(Elements.iterate(eval(given.list(), scope), run));
    }
    DictValue named = new DictValue();
    for (Expr.Named argument : given.named()) {
      named.put(argument.name(), eval(argument.value(), scope));
    }
    if (given.dict() != null) {
      DictValue more = new DictValue();
      DictMethods.merge(more, eval(given.dict(), scope), run);
      for (DictValue.Entry entry : more.entries()) {
        named.put(Printer.printed(entry.key(), run), entry.value());
      }
    }
    return new Arguments(positional, named);
  }

  Value filter(Expr.Filter filter, Value value, Scope scope) {
    Arguments arguments = arguments(filter.arguments(), scope);
    run.at(filter.line());
    return Filters.apply(filter.name(), value, arguments, run);
  }

  private Value test(Expr.Test test, Scope scope) {
    Value target = eval(test.target(), scope);
    Arguments arguments = arguments(test.arguments(), scope);
    run.at(test.line());
    return Value.of(Tests.holds(test.name(), target, arguments, run));
  }

  private Value sign(Expr.Sign sign, Scope scope) {
    Value operand = eval(sign.operand(), scope);
    run.at(sign.line());
    return Operations.sign(sign.minus(), operand, run);
  }

  private Value binary(Expr.Binary binary, Scope scope) {
    Value left = eval(binary.left(), scope);
    Value right = eval(binary.right(), scope);
    run.at(binary.line());
    return Operations.binary(binary.operator(), left, right, run);
  }

  private Value logic(Expr.Logic logic, Scope scope) {
    Value left = eval(logic.left(), scope);
    return left.truthy() == logic.and() ? eval(logic.right(), scope) : left;
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    TextBuilder text = new TextBuilder();
    for (Value part : all(concat.parts(), scope)) {
      run.at(concat.line());
      run.append(text, Printer.printed(part, run));
    }
    return text.text();
  }

  private Value compare(Expr.Compare compare, Scope scope) {
    Value left = eval(compare.first(), scope);
    for (Expr.Comparison link : compare.rest()) {
      Value right = eval(link.right(), scope);
      run.at(compare.line());
      if (!Comparing.holds(link.operator(), left, right, run)) {
        return Value.of(false);
      }
      left = right;
    }
    return Value.of(true);
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (eval(conditional.test(), scope).truthy()) {
      return eval(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? new Value.Undefined("an inline if has no else")
        : eval(conditional.otherwise(), scope);
  }
}
