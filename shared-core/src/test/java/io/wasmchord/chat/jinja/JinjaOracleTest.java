package io.wasmchord.chat.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same templates through other engines. */
class JinjaOracleTest {
  private static final int CASES = 600;
  private static final long SEED = 20_260_101;

  private static List<String> differences(List<JinjaCase> cases, List<Optional<String>> theirs) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      String ours;
      try {
        ours = cases.get(i).render();
      } catch (ChatTemplateException e) {
        ours = null;
      }
      if (!Optional.ofNullable(ours).equals(theirs.get(i))) {
        found.add(
            "template %s%n  ours   %s%n  theirs %s%n"
                .formatted(cases.get(i).template(), ours, theirs.get(i).orElse(null)));
      }
    }
    return found;
  }

  private static void rendered(int atLeast, List<Optional<String>> results) {
    long texts = results.stream().filter(Optional::isPresent).count();
    assertTrue(texts >= atLeast, "only " + texts + " of the templates render");
  }

  @Test
  void generatedTemplatesRenderAsJinja2RendersThem() throws Exception {
    List<JinjaCase> cases = JinjaGenerator.cases(SEED, CASES);
    List<Optional<String>> theirs = JinjaOracle.jinja2().render(cases);
    rendered(CASES * 9 / 10, theirs);
    assertEquals("", String.join("\n", differences(cases, theirs)));
  }

  @Test
  void theWrittenCasesAreWhatJinja2Renders() throws Exception {
    List<JinjaCase> cases = JinjaCase.all();
    assertEquals("", String.join("\n", differences(cases, JinjaOracle.jinja2().render(cases))));
  }

  /** Remainders of negative numbers and capitals are JavaScript's there. */
  private static boolean differsKnowingly(String template) {
    return template.contains(" % ")
        || template.contains(" // ")
        || template.contains("| title")
        || template.contains("| capitalize");
  }

  /** It lacks some filters, so where it fails it says nothing. */
  @Test
  void generatedTemplatesRenderAsHuggingFacesJavaScriptDoes() throws Exception {
    List<JinjaCase> cases = new ArrayList<>();
    List<Optional<String>> theirs = new ArrayList<>();
    List<JinjaCase> all = JinjaGenerator.commonCases(SEED, CASES);
    List<Optional<String>> results = JinjaOracle.huggingFace().render(all);
    for (int i = 0; i < CASES; i++) {
      if (results.get(i).isPresent() && !differsKnowingly(all.get(i).template())) {
        cases.add(all.get(i));
        theirs.add(results.get(i));
      }
    }
    rendered(CASES / 4, theirs);
    assertEquals("", String.join("\n", differences(cases, theirs)));
  }
}
