package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.CyclerValue;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.LoopValue;
import io.wasmchord.chat.jinja.value.NamespaceValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes, items and slices of values. */
final class Access {
  private Access() {}

  /** {@code target.name}: a method first, then an item. */
  static Value attribute(Value target, String name, Run run) {
    run.name(name);
    Value found =
        switch (target) {
          case Value.Undefined(String reason) -> throw run.fail(reason);
          case Value.Text text -> TextMethods.find(text, name);
          case ListValue list -> {
            Value method = ListMethods.find(list, name);
            yield method == null ? list.find(name) : method;
          }
          case DictValue dict -> {
            Value method = DictMethods.find(dict, name);
            yield method == null ? dict.get(name) : method;
          }
          case NamespaceValue space -> space.attributes().get(name);
          case LoopValue loop -> loop.attribute(name);
          case CyclerValue cycler -> cycler.attribute(name);
          case Value.Int i -> part(i, name);
          case Value.Bool b -> part(b, name);
          case Value.Real r -> part(r, name);
          case FunctionValue f when name.equals("name") -> Value.of(f.name());
          default -> null;
        };
    return found == null ? missing(target, name) : found;
  }

  private static Value missing(Value target, String name) {
    return new Value.Undefined(
        "'" + target.typeName() + "' has no attribute '" + Printer.shown(name) + "'");
  }

  private static @Nullable Value part(Value number, String name) {
    boolean whole = Numbers.isInteger(number);
    return switch (name) {
      case "real" -> whole ? Value.of(Numbers.whole(number)) : number;
      case "imag" -> whole ? Value.of(0) : Value.of(0.0);
      case "numerator" -> whole ? Value.of(Numbers.whole(number)) : null;
      case "denominator" -> whole ? Value.of(1) : null;
      default -> null;
    };
  }

  /** What the filter {@code attr} gives: an attribute that is no item. */
  static Value own(Value target, String name, Run run) {
    Value found = target instanceof DictValue dict ? DictMethods.find(dict, name) : null;
    return target instanceof DictValue
        ? found == null ? missing(target, name) : found
        : attribute(target, name, run);
  }

  /** {@code target[key]}: an item first, then a method. */
  static Value item(Value target, Value key, Run run) {
    if (target instanceof DictValue dict) {
      run.key(key);
      Value found = dict.get(key);
      if (found != null) {
        return found;
      }
    }
    if (key instanceof Value.Text(String name, _)) {
      return attribute(target, name, run);
    }
    Value found =
        switch (target) {
          case Value.Undefined(String reason) -> throw run.fail(reason);
          case ListValue list when Numbers.isInteger(key) ->
              element(list.items(), Numbers.whole(key));
          case Value.Text text when Numbers.isInteger(key) ->
              character(text, Numbers.whole(key), run);
          default -> null;
        };
    return found == null ? missing(target, Printer.text(key, run)) : found;
  }

  private static @Nullable Value element(List<Value> items, long index) {
    long i = index < 0 ? index + items.size() : index;
    return i >= 0 && i < items.size() ? items.get((int) i) : null;
  }

  private static @Nullable Value character(Value.Text of, long index, Run run) {
    String text = of.value();
    run.read(text.length());
    int length = Characters.length(text);
    long i = index < 0 ? index + length : index;
    if (i < 0 || i >= length) {
      return null;
    }
    int from = text.offsetByCodePoints(0, (int) i);
    return of.part(from, text.offsetByCodePoints(from, 1));
  }

  /** {@code target[from:to:step]}. */
  static Value slice(
      Value target, @Nullable Long from, @Nullable Long to, @Nullable Long step, Run run) {
    long stride = step == null ? 1 : step;
    if (stride == 0) {
      throw run.fail("a slice's step is 0");
    }
    return switch (target) {
      case ListValue list -> {
        List<Value> picked = new ArrayList<>();
        for (int i : indices(list.items().size(), from, to, stride, run)) {
          picked.add(list.items().get(i));
        }
        yield new ListValue(picked, list.tuple());
      }
      case Value.Text text -> slice(text, from, to, stride, run);
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(target.typeName() + " cannot be sliced");
    };
  }

  private static Value slice(
      Value.Text of, @Nullable Long from, @Nullable Long to, long step, Run run) {
    String text = of.value();
    run.read(text.length());
    int length = Characters.length(text);
    if (step == 1) { // what templates do, without a visit to each character
      int start = text.offsetByCodePoints(0, Numbers.bound(from, 0, length, 0, length));
      int end = text.offsetByCodePoints(0, Numbers.bound(to, length, length, 0, length));
      return run.made(of.part(start, Math.max(start, end)));
    }
    int[] points = text.codePoints().toArray();
    StringBuilder picked = new StringBuilder();
    for (int i : indices(length, from, to, step, run)) {
      picked.appendCodePoint(points[i]);
    }
    return of.became(run.made(picked.toString()));
  }

  private static int[] indices(
      int length, @Nullable Long from, @Nullable Long to, long step, Run run) {
    long start;
    long end;
    if (step > 0) {
      start = Numbers.bound(from, 0, length, 0, length);
      end = Numbers.bound(to, length, length, 0, length);
    } else {
      start = Numbers.bound(from, length - 1, length, -1, length - 1);
      end = Numbers.bound(to, -1, length, -1, length - 1);
    }
    long distance = step > 0 ? end - start : start - end;
    long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
    int count = distance <= 0 ? 0 : (int) ((distance - 1) / stride + 1);
    run.list(count);
    int[] picked = new int[count];
    for (int i = 0; i < count; i++) {
      picked[i] = (int) (start + i * step);
    }
    return picked;
  }
}
