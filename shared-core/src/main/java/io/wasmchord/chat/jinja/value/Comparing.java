package io.wasmchord.chat.jinja.value;

import java.util.List;

/** Python's equality, order and membership. */
public final class Comparing {
  private Comparing() {}

  public static boolean equal(Value a, Value b, Run run) {
    run.step();
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.order(a, b) == 0 && !Numbers.isNaN(a) && !Numbers.isNaN(b);
    }
    return switch (a) {
      case Value.Undefined u -> b instanceof Value.Undefined;
      case Value.None n -> b instanceof Value.None;
      case Value.Text(String s, _) -> b instanceof Value.Text(String t, _) && equal(s, t, run);
      case ListValue x -> b instanceof ListValue y && x.tuple() == y.tuple() && equal(x, y, run);
      case DictValue x -> b instanceof DictValue y && equal(x, y, run);
      default -> a == b;
    };
  }

  private static boolean equal(String a, String b, Run run) {
    run.read(a.length() == b.length() ? a.length() : 0);
    return a.equals(b);
  }

  private static boolean equal(ListValue a, ListValue b, Run run) {
    List<Value> x = a.items();
    List<Value> y = b.items();
    run.enter();
    boolean same = x.size() == y.size();
    for (int i = 0; same && i < x.size(); i++) {
      same = equal(x.get(i), y.get(i), run);
    }
    run.leave();
    return same;
  }

  private static boolean equal(DictValue a, DictValue b, Run run) {
    run.enter();
    boolean same = a.size() == b.size();
    for (DictValue.Entry entry : a.entries()) {
      if (!same) {
        break;
      }
      run.key(entry.key());
      Value other = b.get(entry.key());
      same = other != null && equal(entry.value(), other, run);
    }
    run.leave();
    return same;
  }

  /** Negative, zero or positive as {@code a} is less, equal or greater. */
  public static int order(Value a, Value b, Run run) {
    run.step();
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.order(a, b);
    }
    if (a instanceof Value.Text(String s, _) && b instanceof Value.Text(String t, _)) {
      run.read(Math.min(s.length(), t.length()));
      return s.compareTo(t);
    }
    if (a instanceof ListValue x && b instanceof ListValue y && x.tuple() == y.tuple()) {
      return order(x.items(), y.items(), run);
    }
    throw run.fail(a.typeName() + " and " + b.typeName() + " have no order");
  }

  private static int order(List<Value> a, List<Value> b, Run run) {
    run.enter();
    int common = Math.min(a.size(), b.size());
    for (int i = 0; i < common; i++) {
      if (!equal(a.get(i), b.get(i), run)) {
        int order = order(a.get(i), b.get(i), run);
        run.leave();
        return order;
      }
    }
    run.leave();
    return Integer.compare(a.size(), b.size());
  }

  /** One comparison, by its operator. */
  public static boolean holds(String operator, Value a, Value b, Run run) {
    return switch (operator) {
      case "==" -> equal(a, b, run);
      case "!=" -> !equal(a, b, run);
      case "<" -> order(a, b, run) < 0;
      case "<=" -> order(a, b, run) <= 0;
      case ">" -> order(a, b, run) > 0;
      case ">=" -> order(a, b, run) >= 0;
      case "in" -> contains(b, a, run);
      case "not in" -> !contains(b, a, run);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  static boolean contains(Value all, Value wanted, Run run) {
    return switch (all) {
      case Value.Text(String text, _) -> {
        if (!(wanted instanceof Value.Text(String part, _))) {
          throw run.fail("'in <text>' needs a text on its left, not " + wanted.typeName());
        }
        run.search(text, part);
        yield text.contains(part);
      }
      case DictValue dict -> {
        run.key(wanted);
        yield dict.get(wanted) != null;
      }
      case NamespaceValue space ->
          wanted instanceof Value.Text name && space.attributes().get(name) != null;
      default -> {
        for (Value item : Elements.iterate(all, run)) {
          if (equal(item, wanted, run)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }
}
