package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.Strftime;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.CyclerValue;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.NamespaceValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.host.WallClock;
import java.util.ArrayList;
import java.util.List;

/** The functions that every template can call. */
final class Globals {
  private Globals() {}

  static void define(Scope scope, WallClock clock) {
    define(scope, "range", Globals::range);
    define(scope, "dict", Globals::dict);
    define(scope, "namespace", Globals::namespace);
    define(scope, "raise_exception", Globals::raise);
    define(scope, "cycler", Globals::cycler);
    define(scope, "joiner", Globals::joiner);
    define(
        scope,
        "strftime_now",
        (a, run) -> {
          Value.Text format = a.text(run, 0, "format", new Value.Text(""));
          return format.became(run.made(Strftime.format(format.value(), clock.localSeconds())));
        });
  }

  private static void define(Scope scope, String name, FunctionValue.Body body) {
    scope.set(name, new FunctionValue(name, body));
  }

  private static Value range(Arguments a, Run run) {
    long first = Numbers.integer(a.require(run, 0, "stop"), "range", run);
    boolean one = a.positional().size() < 2;
    long start = one ? 0 : first;
    long stop = one ? first : a.integer(run, 1, "stop", 0);
    long step = a.integer(run, 2, "step", 1);
    if (step == 0) {
      throw run.fail("range() with step 0");
    }
    double count = Math.max(0, Math.ceil(((double) stop - start) / step));
    run.list((long) count);
    List<Value> items = new ArrayList<>();
    for (long i = 0; i < (long) count; i++) {
      items.add(Value.of(start + i * step));
    }
    return Value.of(items);
  }

  private static Value dict(Arguments a, Run run) {
    DictValue dict = new DictValue();
    DictMethods.update(dict, a, run);
    return dict;
  }

  private static Value namespace(Arguments a, Run run) {
    NamespaceValue space = new NamespaceValue();
    for (Value source : a.positional()) {
      DictValue initial = new DictValue();
      DictMethods.merge(initial, source, run);
      for (DictValue.Entry entry : initial.entries()) {
        space.attributes().put(Printer.printed(entry.key(), run), entry.value());
      }
    }
    DictMethods.merge(space.attributes(), a.named(), run);
    return space;
  }

  private static Value cycler(Arguments a, Run run) {
    if (a.positional().isEmpty()) {
      throw run.fail("cycler() needs something to cycle through");
    }
    return new CyclerValue(a.positional());
  }

  /** A function that gives nothing the first time, and later a separator. */
  private static Value joiner(Arguments a, Run run) {
    Value separator = a.get(0, "sep", Value.of(", "));
    boolean[] used = {false};
    return new FunctionValue(
        "joiner",
        (none, later) -> {
          Value now = used[0] ? separator : Value.of("");
          used[0] = true;
          return now;
        });
  }

  private static Value raise(Arguments a, Run run) {
    throw run.fail(Printer.text(a.require(run, 0, "message"), run));
  }
}
