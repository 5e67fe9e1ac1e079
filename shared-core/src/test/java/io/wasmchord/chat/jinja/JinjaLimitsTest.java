package io.wasmchord.chat.jinja;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.errors.ChatTemplateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Hostile templates end at a limit or are refused, on a stack as small as a browser's. What a
 * template may use is counted, so no test looks at a clock.
 */
class JinjaLimitsTest {
  private static final int STACK = 384 << 10;
  private static final long HANGS_MILLISECONDS = 600_000;
  private static final Pattern ENDS =
      Pattern.compile(
          "it nests deeper than \\d+ levels.*|it takes more than \\d+ steps.*"
              + "|it handles more than \\d+ characters.*|a (text|list) is longer than \\d+ .*"
              + "|the template has \\d+ characters; at most \\d+"
              + "|a (tag|comment|raw block) is not closed with .*|(an integer|a number of \\d+ digits) does not fit 64 bits");

  @TestFactory
  Stream<DynamicTest> hostileTemplatesEndInAnError() {
    return hostile().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  private static Map<String, String> hostile() {
    int many = 10_000;
    Map<String, String> all = new LinkedHashMap<>();
    all.put("parentheses", "{{ " + "(".repeat(many) + "1" + ")".repeat(many) + " }}");
    all.put("open parentheses", "{{ " + "(".repeat(many));
    all.put("lists", "{{ " + "[".repeat(many) + "]".repeat(many) + " }}");
    all.put("dictionaries", "{{ " + "{1:".repeat(many));
    all.put("not", "{{ " + "not ".repeat(many) + "1 }}");
    all.put("minus", "{{ " + "-".repeat(many) + "1 }}");
    all.put("inline if", "{{ " + "1 if 0 else ".repeat(many) + "1 }}");
    all.put("sum", "{{ 1" + " + 1".repeat(many) + " }}");
    all.put("or", "{{ 0" + " or 0".repeat(many) + " }}");
    all.put("filters", "{{ 1" + "|string".repeat(many) + " }}");
    all.put("calls", "{{ x" + "()".repeat(many) + " }}");
    all.put("attributes", "{{ x" + ".y".repeat(many) + " }}");
    all.put("tests", "{{ 1" + " is eq 1".repeat(many) + " }}");
    all.put("test arguments", "{{ 1 is eq " + "[".repeat(many));
    all.put("blocks", "{% if 1 %}".repeat(many) + "{% endif %}".repeat(many));
    all.put("targets", "{% set " + "(".repeat(many));
    all.put("unclosed", "{% if 1 %}".repeat(many));
    all.put("macro", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}");
    all.put("macro in arguments", "{% macro f(x) %}{{ f(f(x)) }}{% endmacro %}{{ f(1) }}");
    all.put(
        "caller",
        "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{{ f() }}");
    all.put(
        "exponential macro",
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(50) }}");
    all.put("range", "{% for i in range(10**9) %}x{% endfor %}");
    all.put("huge range", "{{ range(-9 * 10**17, 9 * 10**17, 1) | length }}");
    all.put("text times number", "{{ 'a' * 10**9 }}");
    all.put("list times number", "{{ [1] * 10**9 }}");
    all.put("nested loops", loops(12) + "x" + "{% endfor %}".repeat(12));
    all.put("silent loops", loops(12) + "{% endfor %}".repeat(12));
    all.put(
        "doubling text",
        "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}");
    all.put(
        "doubling replace",
        "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s.replace('a', 'aa') %}{% endfor %}");
    all.put(
        "doubling list",
        "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}");
    all.put(
        "doubling tree",
        "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}");
    all.put(
        "doubling tree compared",
        "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}");
    all.put("list in itself", "{% set a = [] %}{% set _ = a.append(a) %}{{ a }}");
    all.put("list in itself as JSON", "{% set a = [] %}{% set _ = a.append(a) %}{{ a | tojson }}");
    all.put(
        "lists in themselves compared",
        "{% set a = [] %}{% set b = [] %}{% set _ = a.append(a) %}{% set _ = b.append(b) %}{{ a == b }}{{ a < b }}");
    all.put(
        "kept texts",
        "{% set a = [] %}{% for i in range(10**5) %}{% set _ = a.append('x' * 10**6) %}{% endfor %}");
    all.put(
        "searches",
        "{% set h = 'a' * 10**6 %}{% set n = 'a' * 10**5 + 'b' %}{% for i in range(10**5) %}{{ n in h }}{% endfor %}");
    all.put(
        "growing list",
        "{% set a = [1] %}{% for i in range(10**6) %}{% set _ = a.extend(a) %}{% endfor %}");
    all.put("indent", "{{ ('\\n' * 10**6) | indent(10**6, blank=true) }}");
    all.put("deep indent", "{{ [[[1]]] | tojson(indent=10**9) }}");
    all.put("join", "{{ range(10**6) | join('x' * 10**6) }}");
    all.put("map of map", "{{ [[1]] | " + "map('map', ".repeat(many) + ")".repeat(many) + " }}");
    all.put("power", "{{ 10 ** 10 ** 10 ** 10 }}");
    all.put("overflow", "{{ 9 * 10**18 + 9 * 10**18 }}");
    all.put(
        "sort",
        "{{ range(10**6) | list | sort | sort(reverse=true) | unique | list | sort }}{% for i in range(99) %}{{ range(10**6) | sort | length }}{% endfor %}");
    all.put(
        "words from the end",
        "{% set a = 'a ' * 10**5 %}{% for i in range(10**6) %}{% set _ = a.rsplit() %}{% endfor %}");
    all.put("replacing", "{{ ('a' * 10**6).replace('', 'x' * 10**4) }}");
    all.put(
        "path",
        "{% set d = {} %}{% set _ = d.update({'a': d}) %}"
            + "{{ ([d] * 10**6) | map(attribute='a.' * 10**6 ~ 'a') | list }}");
    for (String read :
        List.of(
            "a | length",
            "a == b",
            "a < b",
            "a[-1]",
            "a[1:2]",
            "a is lower",
            "a | int",
            "a | float",
            "a.startswith(b)",
            "a is sameas b",
            "{a: 1}[b]",
            "a in {b: 1}",
            "{a: 1}.get(b)",
            "[1][a] is defined",
            "a.find('x', 1)",
            "a.count('x', 1)")) {
      all.put(
          read + " of long texts",
          "{% set a = '1' * 4 * 10**6 %}{% set b = '1' * 4 * 10**6 %}{% for i in range(10**6) %}{% set _ = "
              + read
              + " %}{% endfor %}");
    }
    all.put(
        "long key",
        "{% set t = (1,) * 10**5 %}{% for i in range(10**6) %}{% set _ = {}[t] %}{% endfor %}");
    all.put(
        "parameters",
        "{% macro f("
            + "a,".repeat(many)
            + "b) %}{% endmacro %}{% for i in range(10**5) %}{{ f() }}{% endfor %}");
    all.put("recursive loop", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}");
    all.put(
        "exponential recursive loop",
        "{% for x in [40] recursive %}{{ loop([x - 1, x - 1]) if x }}{% endfor %}");
    all.put(
        "recursive loop in itself",
        "{% set a = [] %}{% set _ = a.append(a) %}{% for x in a recursive %}{{ loop(x) }}{% endfor %}");
    all.put("center", "{{ 'a' | center(10**9) }}");
    all.put(
        "center of many",
        "{% for i in range(10**6) %}{% set _ = 'a' | center(10**6) %}{% endfor %}");
    all.put("batch filled up", "{{ [1] | batch(10**9, 0) }}");
    all.put("slices", "{{ [1] | slice(10**9) }}");
    all.put(
        "slices of one list",
        "{% for i in range(10**6) %}{% set _ = [] | slice(10**5) %}{% endfor %}");
    all.put(
        "groups", "{% for i in range(10**6) %}{% set _ = 'a' * 10**5 | groupby(0) %}{% endfor %}");
    all.put("joints of wrapped lines", "{{ ('a' * 10**6) | wordwrap(1, wrapstring='x' * 10**6) }}");
    all.put("joints of paragraphs", "{{ ('\\n' * 10**6) | wordwrap(1, wrapstring='x' * 10**6) }}");
    for (String wrapped : List.of("a", "a ", "-", "a-", "\\u00a0", "a--", "a-a-")) {
      all.put(
          "wrapped lines of " + wrapped,
          "{% set a = '"
              + wrapped
              + "' * 10**6 %}{% for i in range(10**6) %}{% set _ = a | wordwrap(1 + i % 7) %}{% endfor %}");
    }
    all.put(
        "truncated texts",
        "{% set a = 'a' * 4 * 10**6 %}{% for i in range(10**6) %}{% set _ = a | truncate(9) %}{% endfor %}");
    all.put("urlencode", "{{ ('é' * 10**6) | urlencode }}");
    all.put("wide conversion", "{{ '%1000000000s' % 1 }}");
    all.put("wide conversion by a value", "{{ '%*d' % (10**9, 1) }}");
    all.put("wide to the left", "{{ '%*d' % (-10**12, 1) }}");
    all.put("precise integer", "{{ '%.1000000000d' % 1 }}");
    for (String kind : List.of("e", "f", "g")) {
      all.put("precise %" + kind, "{{ '%.1000000000" + kind + "' % 1.5 }}");
    }
    all.put("many conversions", "{{ ('%1000000s' * 100) % ((1,) * 100) }}");
    all.put(
        "many digits",
        "{% set f = '%.0e' * 10**5 %}{% for i in range(99) %}{{ f % ((5e-324,) * 10**5) }}{% endfor %}");
    all.put(
        "long key of a conversion",
        "{% set f = '%(' + 'a' * 4 * 10**6 + ')s' %}{% set d = {'b': 1} %}{% for i in range(10**6) %}{% set _ = f % {'a' * 4 * 10**6: 1} %}{% endfor %}");
    all.put("escapes in JSON", "{{ ('\\x01' * 4 * 10**6) | tojson }}");
    all.put("escapes in a list", "{{ ['\\x01' * 4 * 10**6] }}");
    all.put("negated least integer", "{{ -(-9223372036854775807 - 1) }}");
    all.put("absolute least integer", "{{ (-9223372036854775807 - 1) | abs }}");
    all.put("divided least integer", "{{ (-9223372036854775807 - 1) // -1 }}");
    all.put("long number", "{{ " + "1".repeat(many) + " }}");
    all.put("too long", "x".repeat(2 << 20));
    all.put("brackets without code", "{{".repeat(many));
    all.put("comments", "{#".repeat(many));
    all.put("raw", "{% raw %}" + "{% ".repeat(many));
    return all;
  }

  private static String loops(int depth) {
    return "{% for i in range(100) %}".repeat(depth);
  }

  private static void check(String template) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Runnable body =
        () -> {
          try {
            JinjaCase.render(template, "{}", Limits.DEFAULT);
          } catch (Throwable e) {
            thrown.set(e);
          }
        };
    Thread thread = new Thread(null, body, "small stack", STACK);
    thread.setDaemon(true);
    thread.start();
    thread.join(HANGS_MILLISECONDS);
    assertFalse(thread.isAlive(), "it hangs");
    assertNotNull(thrown.get(), "it was rendered");
    ChatTemplateException e =
        assertInstanceOf(ChatTemplateException.class, thrown.get(), thrown.get().toString());
    assertTrue(ENDS.matcher(e.reason()).matches(), e.reason());
  }
}
