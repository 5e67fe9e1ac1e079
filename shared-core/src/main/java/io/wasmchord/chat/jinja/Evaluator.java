package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expression;
import io.wasmchord.chat.jinja.syntax.Expression.CallArguments;
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

  Value eval(Expression expression, Scope scope) {
    run.enter();
    run.step();
    Value value =
        switch (expression) {
          case Expression.Literal(Value literal) -> literal;
          case Expression.Name name -> name(name, scope);
          case Expression.Items items -> new ListValue(all(items.items(), scope), items.tuple());
          case Expression.Dict dict -> dict(dict, scope);
          case Expression.Attribute a -> attribute(a, scope);
          case Expression.Item item -> item(item, scope);
          case Expression.Slice slice -> slice(slice, scope);
          case Expression.Call call -> call(call, arguments(call.arguments(), scope), scope);
          case Expression.Filtered f -> filter(f.filter(), eval(f.target(), scope), scope);
          case Expression.Test test -> test(test, scope);
          case Expression.Not(Expression operand) -> Value.of(!eval(operand, scope).truthy());
          case Expression.Sign sign -> sign(sign, scope);
          case Expression.Binary binary -> binary(binary, scope);
          case Expression.Logic logic -> logic(logic, scope);
          case Expression.Concat concat -> concat(concat, scope);
          case Expression.Compare compare -> compare(compare, scope);
          case Expression.Conditional conditional -> conditional(conditional, scope);
        };
    run.leave();
    return value;
  }

  private Value name(Expression.Name name, Scope scope) {
    run.at(name.line());
    run.name(name.name());
    Value found = scope.find(name.name(), run);
    return found == null ? new Value.Undefined("'" + name.name() + "' is undefined") : found;
  }

  private List<Value> all(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>();
    for (Expression expression : expressions) {
      values.add(eval(expression, scope));
    }
    return values;
  }

  private Value dict(Expression.Dict literal, Scope scope) {
    DictValue dict = new DictValue();
    for (Expression.Pair pair : literal.pairs()) {
      Value key = eval(pair.key(), scope);
      Value value = eval(pair.value(), scope);
      run.at(literal.line());
      DictMethods.put(dict, key, value, run);
    }
    return dict;
  }

  private Value attribute(Expression.Attribute attribute, Scope scope) {
    Value target = eval(attribute.target(), scope);
    run.at(attribute.line());
    return Access.attribute(target, attribute.name(), run);
  }

  private Value item(Expression.Item item, Scope scope) {
    Value target = eval(item.target(), scope);
    Value key = eval(item.key(), scope);
    run.at(item.line());
    return Access.item(target, key, run);
  }

  private Value slice(Expression.Slice slice, Scope scope) {
    Value target = eval(slice.target(), scope);
    Long from = bound(slice.from(), scope);
    Long to = bound(slice.to(), scope);
    Long step = bound(slice.step(), scope);
    run.at(slice.line());
    return Access.slice(target, from, to, step, run);
  }

  private @Nullable Long bound(@Nullable Expression expression, Scope scope) {
    Value value = expression == null ? Value.none() : eval(expression, scope);
    return value instanceof Value.None ? null : (Long) Numbers.integer(value, "slice", run);
  }

  /** Calls with arguments that are already evaluated. */
  Value call(Expression.Call call, Arguments arguments, Scope scope) {
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
    for (Expression.Named argument : given.named()) {
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

  Value filter(Expression.Filter filter, Value value, Scope scope) {
    Arguments arguments = arguments(filter.arguments(), scope);
    run.at(filter.line());
    return Filters.apply(filter.name(), value, arguments, run);
  }

  private Value test(Expression.Test test, Scope scope) {
    Value target = eval(test.target(), scope);
    Arguments arguments = arguments(test.arguments(), scope);
    run.at(test.line());
    return Value.of(Tests.holds(test.name(), target, arguments, run));
  }

  private Value sign(Expression.Sign sign, Scope scope) {
    Value operand = eval(sign.operand(), scope);
    run.at(sign.line());
    return Operations.sign(sign.minus(), operand, run);
  }

  private Value binary(Expression.Binary binary, Scope scope) {
    Value left = eval(binary.left(), scope);
    Value right = eval(binary.right(), scope);
    run.at(binary.line());
    return Operations.binary(binary.operator(), left, right, run);
  }

  private Value logic(Expression.Logic logic, Scope scope) {
    Value left = eval(logic.left(), scope);
    return left.truthy() == logic.and() ? eval(logic.right(), scope) : left;
  }

  private Value concat(Expression.Concat concat, Scope scope) {
    TextBuilder text = new TextBuilder();
    for (Value part : all(concat.parts(), scope)) {
      run.at(concat.line());
      run.append(text, Printer.printed(part, run));
    }
    return text.text();
  }

  private Value compare(Expression.Compare compare, Scope scope) {
    Value left = eval(compare.first(), scope);
    for (Expression.Comparison link : compare.rest()) {
      Value right = eval(link.right(), scope);
      run.at(compare.line());
      if (!Comparing.holds(link.operator(), left, right, run)) {
        return Value.of(false);
      }
      left = right;
    }
    return Value.of(true);
  }

  private Value conditional(Expression.Conditional conditional, Scope scope) {
    if (eval(conditional.test(), scope).truthy()) {
      return eval(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? new Value.Undefined("an inline if has no else")
        : eval(conditional.otherwise(), scope);
  }
}
