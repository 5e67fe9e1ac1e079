package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Statement;
import io.wasmchord.chat.jinja.syntax.TemplateParser;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.host.RunControl;
import io.wasmchord.host.WallClock;
import java.util.List;
import java.util.Map;

/** A template that was parsed. Immutable; each rendering has limits of its own. */
public final class JinjaTemplate {
  private final List<Statement> statements;
  private final Limits limits;

  private JinjaTemplate(List<Statement> statements, Limits limits) {
    this.statements = statements;
    this.limits = limits;
  }

  /**
   * Parses {@code source}.
   *
   * @throws ChatTemplateException when it is not a template, or one that is too large
   */
  public static JinjaTemplate parse(String source, Limits limits) {
    return new JinjaTemplate(TemplateParser.parse(source, limits), limits);
  }

  /**
   * The text that the template makes of {@code variables}, and what in it is the input's.
   *
   * @throws ChatTemplateException when it fails, refuses the input or exceeds the limits
   * @throws io.wasmchord.errors.CancelledException when {@code control} says so
   */
  public Value.Text render(Map<String, Value> variables, WallClock clock, RunControl control) {
    return render(variables, clock, new Run(limits, control));
  }

  Value.Text render(Map<String, Value> variables, WallClock clock, Run run) {
    Scope builtIn = new Scope(null);
    Globals.define(builtIn, clock);
    Scope scope = new Scope(builtIn);
    variables.forEach(scope::set);
    return new Interpreter(run).render(statements, scope);
  }
}
