package io.wasmchord.chat.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.host.RunControl;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What hostile templates cost, counted; and that a run hears when it is no longer wanted. */
class JinjaWorkTest {
  private static final int MANY = 80_000;

  private static String render(String template) {
    return JinjaCase.render(template, "{}", Limits.DEFAULT);
  }

  @Test
  void floodedDictionariesAreBuilt() {
    assertEquals(
        "" + MANY,
        render(
            "{% set d = {} %}{% for i in range(80000) %}{% set _ = d.update({(i, -31*i): 1}) %}{% endfor %}{{ d|length }}"));
    assertEquals(
        "" + MANY,
        render(
            "{% set d = {} %}{% for i in range(80000) %}{% set _ = d.update({i * 4294967297: 1}) %}{% endfor %}{{ d|length }}"));
    assertEquals("30000", render("{{ range(30000)|map('string')|unique|list|length }}"));
  }

  /** Steps that a template takes. */
  private static long steps(String template) {
    Run run = new Run(Limits.DEFAULT, RunControl.NONE);
    JinjaTemplate.parse(template, Limits.DEFAULT).render(Map.of(), () -> 0, run);
    return run.steps() + run.handled();
  }

  @Test
  void workGrowsAsItsInputDoes() {
    for (String template :
        List.of(
            "{% set d = {} %}{% for i in range(N) %}{% set _ = d.update({(i, -31*i): 1}) %}{% endfor %}",
            "{{ ('a ' * N).rsplit()|length }}",
            "{{ ('a ' * N).split()|length }}",
            "{{ ('a\\n' * N)|indent|length }}",
            "{{ ('ab' * N).replace('a', 'bb')|length }}",
            "{{ ('a' * N)|wordwrap(3)|length }}",
            "{{ range(N)|map('string')|unique|list|length }}",
            "{{ range(N)|join(',')|length }}",
            "{{ range(N)|list|tojson|length }}",
            "{{ ('<b>' * N)|striptags|length }}",
            "{{ ('<' * N)|striptags|length }}",
            "{{ ('&' * N)|striptags|length }}",
            "{{ ('{}' * N).format(*range(N))|length }}",
            "{{ ('a' * N)|wordcount }}",
            "{{ ('\\t' * N).expandtabs()|length }}",
            "{{ ('a' * N).title()|length }}",
            "{{ ('a' * N).partition('b')|length }}",
            "{% for x in range(N) %}{{ x }}{% endfor %}")) {
      long one = steps(template.replace("N", "3000"));
      long two = steps(template.replace("N", "6000"));
      assertTrue(two < 2.3 * one, template + ": " + one + ", " + two);
    }
  }

  @Test
  void whatGrowsFasterIsCounted() {
    for (String template :
        List.of(
            "{% set ns = namespace(s='') %}{% for i in range(10**6) %}{% set ns.s = ns.s + 'abc' %}{% endfor %}",
            "{% set l = range(10**4)|list %}{% for i in range(10**6) %}{% set _ = -1 in l %}{% endfor %}",
            "{% set d = {('a' * 1000): 1} %}{% for i in range(10**6) %}{% set _ = d.get('a' * 999 ~ i) %}{% endfor %}",
            "{% for i in range(10**6) %}{% set _ = range(1000)|sort(reverse=true) %}{% endfor %}",
            "{% for i in range(10**6) %}{% set _ = '{:>1000000}'.format(i) %}{% endfor %}",
            "{{ '{:>{}}'.format(1, 10**9) }}",
            "{{ '{:{:{}}}'.format(1, 2, 3) }}",
            "{% set x = 'a'.zfill(10**9) %}",
            "{% set x = ('\\t' * 10**5).expandtabs(10**9) %}",
            "{% set a = [] %}{% set _ = a.append(a) %}{{ a|pprint }}",
            "{% for i in range(10**6) %}{% set _ = ('a' * 10**5)|striptags %}{% endfor %}")) {
      ChatTemplateException e =
          assertThrows(ChatTemplateException.class, () -> render(template), template);
      assertTrue(e.reason().contains(" than ") || e.reason().contains("nest too deep"), e.reason());
    }
  }

  @Test
  void hostileSortsHaveAnOrder() {
    assertEquals(
        "ok",
        render(
            "{% set l = [] %}{% for i in range(500) %}{% set _ = l.extend([9007199254740992 + i % 7, 9007199254740992.0 + i % 5, 0.0, -0.0, i / 7]) %}{% endfor %}{% set _ = l|sort %}ok"));
  }

  @Test
  void aRunThatIsNoLongerWantedStops() {
    for (String template :
        List.of(
            "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}",
            "{% for i in range(1000) %}{% set _ = 'a' * 10**6 %}{% endfor %}",
            "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(50) }}")) {
      int[] asked = {0};
      RunControl later =
          new RunControl() {
            @Override
            public boolean cancelled() {
              return ++asked[0] == 5;
            }
          };
      JinjaTemplate parsed = JinjaTemplate.parse(template, Limits.DEFAULT);
      assertThrows(
          CancelledException.class, () -> parsed.render(Map.of(), () -> 0, later), template);
      assertEquals(5, asked[0], "it stops where it is told to");
    }
  }

  @Test
  void allFiltersAndTestsOfJinja2AreKnown() {
    for (String name : List.of("xmlattr", "urlize", "attr", "tojson", "d")) {
      assertTrue(Filters.has(name), name);
    }
    assertFalse(Filters.has("nosuch"));
    assertTrue(
        assertThrows(ChatTemplateException.class, () -> render("{{ 'a'|urlize }}"))
            .reason()
            .contains("urlize"));
    for (String tag : List.of("include", "import", "extends", "from")) {
      assertTrue(
          assertThrows(ChatTemplateException.class, () -> render("{% " + tag + " 'x' %}"))
              .reason()
              .contains("'" + tag + "'"));
    }
  }
}
