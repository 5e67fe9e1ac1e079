package io.wasmchord.chat.jinja;

import java.util.List;
import java.util.Random;

/**
 * Random templates over the language that chat templates use. A name's first letter says what it
 * holds (s text, n number, l list of numbers, d dictionary, b boolean), so that most templates
 * render. A name that a template sets is read right behind it only: Jinja2 decides at compile time
 * which scope a name belongs to, with surprises that no template should lean on.
 */
final class JinjaGenerator {
  private static final String CONTEXT =
      """
      {"s1": "Hello World", "s2": " a,b ,c\\n", "s3": "", "n1": 3, "n2": -7, "n3": 0, "b1": true, "b2": false,
       "l1": [3, 1, 2], "l2": [], "l3": [5, 5, -1, 10], "d1": {"k": 1, "a": 2}, "d2": {"x": 0},
       "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": " Hi\\n"},
         {"role": "assistant", "content": "<think>\\nhm\\n</think>\\n\\nYo", "tool_calls": [{"function": {"name": "f", "arguments": {"q": [1, "é", null]}}}]},
         {"role": "user", "content": "Bye"}]}
      """;

  private final Random random;
  private final boolean all;

  /**
   * @param all whether to write what few engines have beside Jinja2
   */
  private JinjaGenerator(long seed, boolean all) {
    random = new Random(seed);
    this.all = all;
  }

  JinjaCase next() {
    return new JinjaCase("generated", block(3), CONTEXT, null);
  }

  private String of(String... options) {
    return options[random.nextInt(options.length)];
  }

  private String block(int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(of("", "a", "\n", "  ", " b\n", "\n\n  ", "x\n\t"));
      text.append(statement(depth));
    }
    return text.append(of("", "\n", " z", "\n  ")).toString();
  }

  private String open() {
    return of("{%", "{%", "{%-") + " ";
  }

  private String close() {
    return " " + of("%}", "%}", "-%}");
  }

  private String tag(String inside) {
    return open() + inside + close();
  }

  private String statement(int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(10);
    return switch (kind) {
      case 1, 2 ->
          tag("if " + bool(2))
              + block(depth - 1)
              + (random.nextBoolean() ? tag("else") + block(depth - 1) : "")
              + tag("endif");
      case 3, 4 -> loop(depth);
      case 5 -> tag("set t = " + text(2)) + "{{ t }}" + (all ? joined() : "");
      case 6 -> tag("set u = " + number(2)) + "{{ u + 1 }}";
      case 7 ->
          tag("set ns = namespace(v=" + number(1) + ")")
              + tag("for x in " + list(1))
              + tag("set ns.v = ns.v + x")
              + tag("endfor")
              + "{{ ns.v }}";
      case 8 ->
          tag("macro m(a, b=" + number(0) + ")")
              + "{{ a }}:{{ b }}"
              + tag("endmacro")
              + "{{ m("
              + text(1)
              + of("", ", " + number(1), ", b=" + number(1))
              + ") }}";
      default -> output();
    };
  }

  private String joined() {
    String function = of("joiner()", "joiner('-')", "cycler('x', 'y').next");
    return tag("set j = " + function) + "{{ j() }}a{{ j() }}b{{ j() }}";
  }

  private String output() {
    String value =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> text(3);
          case 3 -> number(3);
          case 4 -> list(2) + " | join('" + of(",", "", " - ") + "')";
          case 5 ->
              of("d1", "d2", "messages[2].tool_calls[0].function", "messages[1]") + " | tojson";
          case 6 -> of("messages", "l1", "d1") + " | tojson(indent=" + of("2", "4") + ")";
          default -> bool(2) + " and 'yes' or 'no'";
        };
    return of("{{ ", "{{ ", "{{- ") + value + of(" }}", " }}", " -}}");
  }

  private String loop(int depth) {
    String body =
        switch (random.nextInt(all ? 6 : 4)) {
          case 0 ->
              tag("for x in " + list(1) + of("", " if x > 1"))
                  + "{{ loop.index }}{{ x }}"
                  + of("", tag("if loop.last") + "!" + tag("endif"));
          case 1 -> tag("for k, v in " + of("d1", "d2") + ".items()") + "{{ k }}={{ v }}";
          case 2 ->
              tag("for m in messages" + of("", "[1:]", "[::-1]"))
                  + "{{ m.role }}{{ m['content']"
                  + of("", ".strip()", " | trim", " | length")
                  + " }}"
                  + of(
                      "",
                      tag("if m.tool_calls") + "T" + tag("endif"),
                      "{{ loop.length - loop.index0 }}");
          case 4 ->
              tag("for x in " + list(1) + of("", " if x != 1") + " recursive")
                  + "{{ x }}{{ loop.depth }}{{ loop.last }}"
                  + tag("if x > 1 and loop.depth < 3")
                  + "({{ loop([x - 1, 1]) }})"
                  + tag("endif");
          case 5 ->
              tag("for x in range(4)")
                  + tag("filter " + of("upper", "trim", "center(5)"))
                  + "a{{ x }}"
                  + tag("if x == " + random.nextInt(4))
                  + tag(of("break", "continue"))
                  + tag("endif")
                  + tag("endfilter");
          default ->
              tag("for x in range(" + random.nextInt(5) + ")")
                  + of("", tag("if x == 2") + tag(of("break", "continue")) + tag("endif"))
                  + "{{ x }}";
        };
    return body + block(depth - 1) + tag("endfor");
  }

  private String text(int depth) {
    if (depth == 0) {
      return of("s1", "s2", "s3", "'a'", "\"b'c\"", "'\\n'", "'x y'", "messages[0].content");
    }
    String t = text(depth - 1);
    return switch (random.nextInt(all ? 20 : 16)) {
      case 16 ->
          "("
              + t
              + " | "
              + of(
                  "center(9)",
                  "truncate(5)",
                  "truncate(7, true, '', 0)",
                  "wordwrap(4)",
                  "wordwrap(3, false)",
                  "urlencode")
              + ")";
      case 17 ->
          "('"
              + of("%s|%d", "%-7.3s|%+05d", "%r%5.2f", "%5s%x%%", "%.1s%g%%")
              + "' % ("
              + t
              + ", "
              + number(0)
              + "))";
      case 18 -> "('<%s>' | format(" + t + "))";
      case 0 -> "(" + t + " + " + text(depth - 1) + ")";
      case 1 -> "(" + t + " ~ " + number(depth - 1) + ")";
      case 2 -> "(" + t + " | " + of("trim", "upper", "lower", "capitalize", "title") + ")";
      case 3 -> t + ".strip()";
      case 4 -> t + of(".upper()", ".lower()", ".lstrip()", ".rstrip()");
      case 5 -> t + ".split(',')[" + of("0", "-1") + "]";
      case 6 -> t + ".replace('" + of("a", "l", " ") + "', '" + of("", "-", "XY") + "')";
      case 7 -> t + "[" + of("1:", ":2", "-2:", "1:-1", "::-1", ":") + "]";
      case 8 -> "(" + t + " if " + bool(depth - 1) + " else " + text(depth - 1) + ")";
      case 9 ->
          "messages["
              + random.nextInt(4)
              + "]."
              + of("role", "content", "content.split('</think>')[-1]");
      case 10 -> "(" + of("missing", "s3") + " | default(" + t + of("))", ", true))");
      case 11 ->
          "("
              + t
              + ".split()"
              + of(" | length", " | first | default('none')", " | join('+')")
              + " ~ '')";
      case 12 -> "(" + list(depth - 1) + " | map('string') | join(" + t + "))";
      default -> t;
    };
  }

  private String number(int depth) {
    if (depth == 0) {
      return of("n1", "n2", "n3", "1", "2", "10", "l1[0]", "d1.k", "d1['a']");
    }
    String n = number(depth - 1);
    return switch (random.nextInt(10)) {
      case 0, 1 -> "(" + n + of(" + ", " - ", " * ") + number(depth - 1) + ")";
      case 2 -> "(" + n + of(" % ", " // ") + of("2", "3", "5") + ")";
      case 3 -> "(" + text(depth - 1) + " | length)";
      case 4 -> "(" + list(depth - 1) + " | " + of("length", "sum") + ")";
      case 5 -> "(" + n + " | abs)";
      case 6 -> "(" + n + " if " + bool(depth - 1) + " else " + number(depth - 1) + ")";
      default -> n;
    };
  }

  private String list(int depth) {
    if (depth == 0) {
      return of("l1", "l2", "l3", "[1, 2]", "[]");
    }
    String l = list(depth - 1);
    return switch (random.nextInt(all ? 10 : 8)) {
      case 8 ->
          "("
              + l
              + " | "
              + of("batch(2)", "batch(2, 0)", "slice(2)", "slice(3, 9)")
              + " | map('sum') | list)";
      case 9 ->
          "([[1, 2], [0, 1], [1, 3]] | groupby("
              + of("0", "1", "7, 5")
              + ") | map('first') | list)";
      case 0 -> "(" + l + " + " + list(depth - 1) + ")";
      case 1 -> l + "[" + of("1:", ":-1", "::2", "::-1") + "]";
      case 2 -> "(" + l + " | sort)";
      case 3 -> "(" + l + " | reverse | list)";
      case 4 -> "(" + l + " | unique | list)";
      case 5 -> "(" + l + " | " + of("select", "reject") + "('" + of("odd", "even") + "') | list)";
      case 6 -> "[" + number(depth - 1) + ", " + number(depth - 1) + "]";
      default -> l;
    };
  }

  private String bool(int depth) {
    if (depth == 0) {
      return of(
          "b1",
          "b2",
          "true",
          "false",
          "s3 == ''",
          "missing is defined",
          "s1 is string",
          "l1 is iterable");
    }
    return switch (random.nextInt(10)) {
      case 0 -> "(" + bool(depth - 1) + of(" and ", " or ") + bool(depth - 1) + ")";
      case 1 -> "(not " + bool(depth - 1) + ")";
      case 2 -> number(depth - 1) + of(" == ", " < ", " >= ", " != ") + number(depth - 1);
      case 3 -> "'" + of("a", "o", "z") + "' in " + text(depth - 1);
      case 4 -> number(depth - 1) + of(" in ", " not in ") + list(depth - 1);
      case 5 -> number(0) + " is " + of("odd", "even", "divisibleby(3)", "number", "not string");
      case 6 ->
          "("
              + text(depth - 1)
              + ")."
              + of("startswith", "endswith")
              + "('"
              + of("a", "H", "c")
              + "')";
      case 7 -> "messages[2]." + of("tool_calls", "name") + " is " + of("defined", "not defined");
      case 8 -> "'k' in " + of("d1", "d2");
      default -> bool(depth - 1);
    };
  }

  /** {@code count} cases from one seed. */
  static List<JinjaCase> cases(long seed, int count) {
    return cases(new JinjaGenerator(seed, true), count);
  }

  /** The same in what many engines know. */
  static List<JinjaCase> commonCases(long seed, int count) {
    return cases(new JinjaGenerator(seed, false), count);
  }

  private static List<JinjaCase> cases(JinjaGenerator generator, int count) {
    return java.util.stream.Stream.generate(generator::next).limit(count).toList();
  }
}
