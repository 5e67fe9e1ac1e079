package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expression;
import io.wasmchord.chat.jinja.syntax.Statement;
import io.wasmchord.chat.jinja.syntax.Statement.Target;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.LoopValue;
import io.wasmchord.chat.jinja.value.NamespaceValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Executes statements and writes what they print. */
final class Interpreter {
  /** How a statement ended. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Run run;
  private final Evaluator evaluator;

  Interpreter(Run run) {
    this.run = run;
    this.evaluator = new Evaluator(run);
  }

  /** What {@code body} prints. */
  Value.Text render(List<Statement> body, Scope scope) {
    TextBuilder out = new TextBuilder();
    run(body, scope, out);
    return out.text();
  }

  private Flow run(List<Statement> body, Scope scope, TextBuilder out) {
    run.enter();
    Flow flow = Flow.ON;
    for (int i = 0; i < body.size() && flow == Flow.ON; i++) {
      run.step();
      flow = run(body.get(i), scope, out);
    }
    run.leave();
    return flow;
  }

  private Flow run(Statement statement, Scope scope, TextBuilder out) {
    switch (statement) {
      case Statement.Data(String text) -> run.append(out, text);
      case Statement.Output output -> output(output, scope, out);
      case Statement.If branches -> {
        return choose(branches, scope, out);
      }
      case Statement.For loop -> {
        run.at(loop.line());
        return loop(loop, evaluator.eval(loop.items(), scope), 0, scope, out);
      }
      case Statement.Set set -> set(set, scope);
      case Statement.SetBlock block -> {
        return setBlock(block, scope);
      }
      case Statement.Macro m ->
          scope.set(m.name(), macro(m.name(), m.parameters(), m.body(), scope));
      case Statement.CallBlock call -> callBlock(call, scope, out);
      case Statement.FilterBlock block -> {
        return filterBlock(block, scope, out);
      }
      case Statement.With with -> {
        return with(with, scope, out);
      }
      case Statement.Block block ->
          run(block.body(), new Scope(block.scoped() ? scope : scope.template()), out);
      case Statement.Break b -> {
        return Flow.BREAK;
      }
      case Statement.Continue c -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private void output(Statement.Output output, Scope scope, TextBuilder out) {
    run.at(output.line());
    Value value = evaluator.eval(output.value(), scope);
    run.append(out, Printer.printed(value, run));
  }

  private Flow choose(Statement.If branches, Scope scope, TextBuilder out) {
    run.at(branches.line());
    for (Statement.Branch branch : branches.branches()) {
      if (evaluator.eval(branch.test(), scope).truthy()) {
        return run(branch.body(), scope, out);
      }
    }
    return run(branches.otherwise(), scope, out);
  }

  /**
   * A loop over {@code visited}.
   *
   * @param depth how many times it has called itself
   */
  private Flow loop(Statement.For loop, Value visited, int depth, Scope scope, TextBuilder out) {
    run.at(loop.line());
    List<Value> items = Elements.iterate(visited, run);
    if (loop.filter() != null) {
      items = kept(loop.target(), items, loop.filter(), scope);
    }
    if (items.isEmpty()) {
      return run(loop.otherwise(), new Scope(scope), out);
    }
    LoopValue state =
        new LoopValue(items, depth, loop.recursive() ? again(loop, depth + 1, scope) : null);
    for (int i = 0; i < items.size(); i++) {
      run.step();
      state.moveTo(i);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      run.at(loop.line());
      assign(loop.target(), items.get(i), inner);
      if (run(loop.body(), inner, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.ON;
  }

  /** What {@code loop(...)} calls within a recursive loop. */
  private FunctionValue again(Statement.For loop, int depth, Scope scope) {
    return new FunctionValue(
        "loop",
        (a, ignored) -> {
          TextBuilder text = new TextBuilder();
          loop(loop, a.require(run, 0, "iterable"), depth, scope, text);
          return text.text();
        });
  }

  private List<Value> kept(Target target, List<Value> items, Expression filter, Scope scope) {
    List<Value> kept = new ArrayList<>();
    for (Value item : items) {
      Scope inner = new Scope(scope);
      assign(target, item, inner);
      if (evaluator.eval(filter, inner).truthy()) {
        kept.add(item);
      }
    }
    return kept;
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Name(String name) -> scope.set(name, value);
      case Target.Tuple(List<Target> parts) -> {
        List<Value> values = Elements.iterate(value, run);
        if (values.size() != parts.size()) {
          throw run.fail(values.size() + " values for " + parts.size() + " names");
        }
        for (int i = 0; i < parts.size(); i++) {
          assign(parts.get(i), values.get(i), scope);
        }
      }
      case Target.Attribute(String space, String name) -> {
        if (!(scope.find(space, run) instanceof NamespaceValue namespace)) {
          throw run.fail("'" + space + "' is not a namespace; only its attributes can be set");
        }
        namespace.attributes().put(name, value);
      }
    }
  }

  private void set(Statement.Set set, Scope scope) {
    run.at(set.line());
    Value value = evaluator.eval(set.value(), scope);
    run.at(set.line());
    assign(set.target(), value, scope);
  }

  /** A jump out of it leaves the target as it is. */
  private Flow setBlock(Statement.SetBlock block, Scope scope) {
    TextBuilder text = new TextBuilder();
    Flow flow = run(block.body(), new Scope(scope), text);
    if (flow == Flow.ON) {
      run.at(block.line());
      assign(block.target(), filtered(text.text(), block.filters(), scope), scope);
    }
    return flow;
  }

  /** A jump out of it leaves out what it has printed. */
  private Flow filterBlock(Statement.FilterBlock block, Scope scope, TextBuilder out) {
    TextBuilder text = new TextBuilder();
    Flow flow = run(block.body(), new Scope(scope), text);
    if (flow == Flow.ON) {
      Value filtered = filtered(text.text(), block.filters(), scope);
      run.append(out, Printer.printed(filtered, run));
    }
    return flow;
  }

  private Value filtered(Value.Text text, List<Expression.Filter> filters, Scope scope) {
    Value value = text;
    for (Expression.Filter filter : filters) {
      value = evaluator.filter(filter, value, scope);
    }
    return value;
  }

  private Flow with(Statement.With with, Scope scope, TextBuilder out) {
    Scope inner = new Scope(scope);
    for (Statement.Set binding : with.bindings()) { // none sees another's name
      run.at(binding.line());
      assign(binding.target(), evaluator.eval(binding.value(), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private FunctionValue macro(
      String name, List<Statement.Parameter> parameters, List<Statement> body, Scope home) {
    return new FunctionValue(
        name,
        (arguments, ignored) -> {
          Scope inner = new Scope(home);
          bind(parameters, arguments, inner);
          return render(body, inner);
        });
  }

  private void bind(List<Statement.Parameter> parameters, Arguments arguments, Scope inner) {
    run.steps(parameters.size());
    DictValue rest = new DictValue();
    DictMethods.merge(rest, arguments.named(), run);
    for (int i = 0; i < parameters.size(); i++) {
      Statement.Parameter parameter = parameters.get(i);
      Value given = arguments.find(i, parameter.name());
      rest.remove(Value.of(parameter.name()));
      inner.set(parameter.name(), given == null ? otherwise(parameter, inner) : given);
    }
    Value caller = rest.remove(Value.of("caller"));
    if (caller != null) {
      inner.set("caller", caller);
    }
    List<Value> varargs = arguments.after(parameters.size()).positional();
    inner.set("varargs", new ListValue(varargs, true));
    inner.set("kwargs", rest);
  }

  private Value otherwise(Statement.Parameter parameter, Scope inner) {
    return parameter.otherwise() == null
        ? new Value.Undefined("parameter '" + parameter.name() + "' was not provided")
        : evaluator.eval(parameter.otherwise(), inner);
  }

  private void callBlock(Statement.CallBlock block, Scope scope, TextBuilder out) {
    run.at(block.line());
    Arguments given = evaluator.arguments(block.call().arguments(), scope);
    DictValue named = new DictValue();
    DictMethods.merge(named, given.named(), run);
    named.put("caller", macro("caller", block.parameters(), block.body(), scope));
    Value value = evaluator.call(block.call(), new Arguments(given.positional(), named), scope);
    run.append(out, Printer.printed(value, run));
  }
}
