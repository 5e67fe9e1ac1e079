package io.wasmchord.chat.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.jinja.text.Strftime;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.errors.ChatTemplateException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JinjaTest {
  @TestFactory
  Stream<DynamicTest> rendersAsJinja2Does() {
    return JinjaCase.all().stream()
        .map(c -> DynamicTest.dynamicTest(c.group() + ": " + c.template(), () -> check(c)));
  }

  private static void check(JinjaCase c) {
    if (c.text() == null) {
      assertEquals("chat_template", assertThrows(ChatTemplateException.class, c::render).code());
    } else {
      assertEquals(c.text(), c.render());
    }
  }

  private static String render(String template) {
    return JinjaCase.render(template, "{}", Limits.DEFAULT);
  }

  private static void fails(int line, String reason, String template) {
    ChatTemplateException e =
        assertThrows(ChatTemplateException.class, () -> render(template), template);
    assertEquals(line, e.line(), e.getMessage());
    assertTrue(e.reason().contains(reason), e.getMessage());
  }

  @Test
  void errorsNameLineAndReason() {
    fails(2, "no way", "a\n{{ raise_exception('no way') }}");
    fails(3, "'x' is undefined", "{% if true %}\n\n{{ x.y }}\n{% endif %}");
    fails(2, "expected an expression, found '}}'", "\n{{ 1 + }}");
    fails(1, "no filter 'nosuch'", "{{ 1 | nosuch }}");
    fails(2, "no test 'nosuch'", "{# \n #}{{ 1 is nosuch }}");
    fails(1, "no tag 'include'", "{% include 'x' %}");
    fails(4, "division by zero", "{% macro f() %}\n\n\n{{ 1 / 0 }}{% endmacro %}\n\n{{ f() }}");
    fails(1, "not closed", "{{ 'abc }}");
    fails(
        3,
        "'dict' has no attribute 'b'",
        "{% set a = {} %}\n{% for x in [1] %}\n{{ a.b.c }}{% endfor %}");
    fails(1, "expected a tag elif or else or endif, found the end", "{% if true %}x");
  }

  @Test
  void aRemedyKeepsLineAndReason() {
    ChatTemplateException e = new ChatTemplateException(3, "why").advising("do this");
    assertEquals("chat template, line 3: why; do this", e.getMessage());
    assertEquals(3, e.line());
    assertEquals("why", e.reason());
  }

  @Test
  void listsAndDictionariesCanBeChanged() {
    // The sandbox of transformers forbids this; templates for other runtimes do it.
    assertEquals(
        "[1, 2, 9, 3]",
        render(
            "{% set a = [1] %}{% set _ = a.append(2) %}{% set _ = a.extend([3]) %}{% set _ = a.insert(2, 9) %}{{ a }}"));
    assertEquals("3[1, 2]", render("{% set a = [1, 2, 3] %}{{ a.pop() }}{{ a }}"));
    assertEquals(
        "{'a': 1, 'b': 2}5",
        render(
            "{% set a = {} %}{% set _ = a.update({'a': 1}, b=2) %}{{ a }}{{ a.setdefault('c', 5) }}"));
  }

  @Test
  void datesComeFromTheHost() {
    assertEquals("26 Jul 2024", render("{{ strftime_now('%d %b %Y') }}"));
    assertEquals(
        "Friday, July 26, 2024 11:44:05 AM 208 24 7/26 %Q",
        render("{{ strftime_now('%A, %B %d, %Y %H:%M:%S %p %j %y %-m/%e %Q') }}"));
    assertEquals("29 February 2000 060", Strftime.format("%d %B %Y %j", 951_782_400L));
    assertEquals("1969-12-31 23:59:59 Wed 365", Strftime.format("%F %T %a %j", -1));
    assertEquals("2100-03-01 060 1", Strftime.format("%F %j %w", 4_107_542_400L));
  }
}
