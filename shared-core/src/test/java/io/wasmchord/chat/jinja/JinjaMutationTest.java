package io.wasmchord.chat.jinja;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Templates put together from the pieces of others: each renders or is refused with its line. */
class JinjaMutationTest {
  private static final int TEMPLATES = 6000;
  private static final Limits SMALL = new Limits(1 << 16, 60, 100, 20_000, 1 << 14, 1L << 18);
  private static final Pattern PIECE =
      Pattern.compile(
          "\\{[{%#][-+]?|[-+]?[}%#]}|\\w+|\\s+|'[^']*'|\\*\\*|//|[<>=!]=|.", Pattern.DOTALL);
  private static final List<String> WILD =
      List.of(
          "9223372036854775807",
          "-9223372036854775808",
          "1e308",
          "0",
          "-1",
          "''",
          "[]",
          "{}",
          "loop.previtem",
          "loop.changed(1)",
          "loop(messages)",
          " recursive",
          "cycler(1, 'a')",
          "joiner()",
          "'%5.2f %-3s %(a)d %*x %g'",
          "range(9)",
          "namespace()",
          "caller()",
          "messages",
          "undefined",
          "'\uD83D'",
          "'\uD83D\uDE00'",
          "::-1",
          "{% for x in messages %}",
          "{% endfor %}",
          "{% raw %}",
          " is ",
          " | ",
          " ** ",
          "(*[1], **{'a': 1})");

  @Test
  @Timeout(600) // one that hangs
  void everyTemplateRendersOrIsRefused() {
    List<JinjaCase> cases = new ArrayList<>(JinjaCase.all());
    cases.addAll(JinjaGenerator.cases(5, 200));
    List<String> pieces = new ArrayList<>(WILD);
    cases.forEach(c -> pieces.addAll(pieces(c.template())));
    int rendered = 0;
    for (int seed = 0; seed < TEMPLATES; seed++) {
      JinjaCase c = cases.get(seed % cases.size());
      rendered +=
          renders(mutant(c.template(), pieces, new Random(seed)), c.context(), seed) ? 1 : 0;
    }
    System.out.println("Templates: seeds 0 to " + (TEMPLATES - 1) + ", " + rendered + " rendered");
    assertTrue(rendered > TEMPLATES / 20 && rendered < TEMPLATES, rendered + " rendered");
  }

  private static boolean renders(String template, String context, int seed) {
    try {
      JinjaCase.render(template, context, SMALL);
      return true;
    } catch (ChatTemplateException e) {
      assertTrue(e.getMessage().contains("line "), e.getMessage());
      assertTrue(e.getMessage().length() < 20_000, "seed " + seed + " has a long message");
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed + ": " + template, e);
    }
  }

  private static List<String> pieces(String template) {
    List<String> pieces = new ArrayList<>();
    Matcher matcher = PIECE.matcher(template);
    while (matcher.find()) {
      pieces.add(matcher.group());
    }
    return pieces;
  }

  private static String mutant(String template, List<String> all, Random random) {
    List<String> own = pieces(template);
    for (int n = 1 + random.nextInt(3); n > 0 && !own.isEmpty(); n--) {
      int at = random.nextInt(own.size());
      String other =
          random.nextInt(3) == 0
              ? WILD.get(random.nextInt(WILD.size()))
              : all.get(random.nextInt(all.size()));
      switch (random.nextInt(4)) {
        case 0 -> own.remove(at);
        case 1 -> own.add(at, other);
        case 2 -> own.add(random.nextInt(own.size()), own.get(at));
        default -> own.set(at, other);
      }
    }
    return String.join("", own);
  }
}
