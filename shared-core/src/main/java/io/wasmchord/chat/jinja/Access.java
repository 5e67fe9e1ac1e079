package io.wasmchord.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes, items, slices and elements of values. */
final class Access {
  /** Characters of a name that a message shows. */
  private static final int MAX_SHOWN = 100;

  private Access() {}

  /** {@code target.name}: a method first, then an item. */
  static Value attribute(Value target, String name, Run run) {
    Value found =
        switch (target) {
          case Value.Undefined(String reason) -> throw run.fail(reason);
          case Value.Text(String text) -> TextMethods.find(text, name);
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
          case FunctionValue f when name.equals("name") -> Value.of(f.name());
          default -> null;
        };
    return found == null ? missing(target, name) : found;
  }

  private static Value missing(Value target, String name) {
    String begin = name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
    return new Value.Undefined("'" + target.typeName() + "' has no attribute '" + begin + "'");
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
    if (key instanceof Value.Text(String name)) {
      return attribute(target, name, run);
    }
    Value found =
        switch (target) {
          case Value.Undefined(String reason) -> throw run.fail(reason);
          case ListValue list when Numbers.isInteger(key) ->
              element(list.items(), Numbers.whole(key));
          case Value.Text(String text) when Numbers.isInteger(key) ->
              character(text, Numbers.whole(key), run);
          default -> null;
        };
    return found == null ? missing(target, Printer.text(key, run)) : found;
  }

  private static @Nullable Value element(List<Value> items, long index) {
    long i = index < 0 ? index + items.size() : index;
    return i >= 0 && i < items.size() ? items.get((int) i) : null;
  }

  private static @Nullable Value character(String text, long index, Run run) {
    run.read(text.length());
    int length = Characters.length(text);
    long i = index < 0 ? index + length : index;
    if (i < 0 || i >= length) {
      return null;
    }
    int from = text.offsetByCodePoints(0, (int) i);
    return Value.of(text.substring(from, text.offsetByCodePoints(from, 1)));
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
      case Value.Text(String text) -> slice(text, from, to, stride, run);
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(target.typeName() + " cannot be sliced");
    };
  }

  private static Value slice(
      String text, @Nullable Long from, @Nullable Long to, long step, Run run) {
    run.read(text.length());
    int length = Characters.length(text);
    if (step == 1) { // what templates do, without a visit to each character
      int start = text.offsetByCodePoints(0, bound(from, 0, length, 0, length));
      int end = text.offsetByCodePoints(0, bound(to, length, length, 0, length));
      return Value.of(run.made(start < end ? text.substring(start, end) : ""));
    }
    int[] points = text.codePoints().toArray();
    StringBuilder picked = new StringBuilder();
    for (int i : indices(length, from, to, step, run)) {
      picked.appendCodePoint(points[i]);
    }
    return Value.of(run.made(picked.toString()));
  }

  static int bound(@Nullable Long given, int otherwise, int length, int low, int high) {
    if (given == null) {
      return otherwise;
    }
    return (int) Math.max(low, Math.min(high, given < 0 ? given + length : given));
  }

  private static int[] indices(
      int length, @Nullable Long from, @Nullable Long to, long step, Run run) {
    long start;
    long end;
    if (step > 0) {
      start = bound(from, 0, length, 0, length);
      end = bound(to, length, length, 0, length);
    } else {
      start = bound(from, length - 1, length, -1, length - 1);
      end = bound(to, -1, length, -1, length - 1);
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

  /** The elements that a loop visits; a copy, so that the loop may change the original. */
  static List<Value> iterate(Value value, Run run) {
    List<Value> items =
        switch (value) {
          case Value.Undefined u -> List.of();
          case ListValue list -> new ArrayList<>(list.items());
          case DictValue dict -> dict.keys();
          case Value.Text(String text) -> characters(text, run);
          default -> throw run.fail(value.typeName() + " cannot be looped over");
        };
    run.list(items.size());
    return items;
  }

  private static List<Value> characters(String text, Run run) {
    run.list(text.length());
    List<Value> items = new ArrayList<>();
    text.codePoints().forEach(c -> items.add(Value.of(new String(Character.toChars(c)))));
    return items;
  }

  /** What {@code length} gives. */
  static int length(Value value, Run run) {
    return switch (value) {
      case Value.Undefined u -> 0;
      case Value.Text(String text) -> {
        run.read(text.length());
        yield Characters.length(text);
      }
      case ListValue list -> list.items().size();
      case DictValue dict -> dict.size();
      default -> throw run.fail(value.typeName() + " has no length");
    };
  }
}
