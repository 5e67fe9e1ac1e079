package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Statement.Target;
import io.wasmchord.chat.jinja.syntax.Token.Kind;
import io.wasmchord.chat.jinja.value.Limits;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Parses statements. */
public final class TemplateParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final PrimaryParser primary;
  private final Set<String> blocks = new TreeSet<>();
  private int loops; // that a break could end

  private TemplateParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
    this.primary = new PrimaryParser(tokens, expressions);
  }

  public static List<Statement> parse(String source, Limits limits) {
    Tokens tokens = new Tokens(Lexer.scan(source, limits), limits.parseDepth());
    TemplateParser parser = new TemplateParser(tokens);
    List<Statement> statements = parser.statements(Set.of());
    if (!tokens.at(Kind.END)) {
      throw tokens.unexpected("a tag that can stand here");
    }
    return statements;
  }

  /** Statements up to a tag whose name is in {@code ends}; its opening is skipped. */
  private List<Statement> statements(Set<String> ends) {
    List<Statement> found = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> found.add(new Statement.Data(tokens.next().text()));
        case OUTPUT_BEGIN -> {
          tokens.next();
          found.add(new Statement.Output(expressions.tuple(true), token.line()));
          tokens.expect(Kind.OUTPUT_END, "'}}'");
        }
        case TAG_BEGIN -> {
          if (ends.contains(tokens.peekSecond().text())) {
            tokens.next();
            return found;
          }
          tokens.next();
          found.addAll(tag());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw tokens.unexpected(
                "a tag " + String.join(" or ", ends.stream().sorted().toList()));
          }
          return found;
        }
      }
    }
  }

  /** A body up to {@code {% end %}}, that tag included. */
  private List<Statement> bodyTo(String end) {
    tokens.expect(Kind.TAG_END, "'%}'");
    List<Statement> body = statements(Set.of(end));
    tokens.expectName(end);
    tokens.expect(Kind.TAG_END, "'%}'");
    return body;
  }

  private List<Statement> tag() {
    tokens.enter();
    int line = tokens.line();
    String name = tokens.expect(Kind.NAME, "a tag's name").text();
    List<Statement> parsed =
        switch (name) {
          // It marks what is trained on, and is a scope.
          case "generation" -> List.of(new Statement.With(List.of(), bodyTo("endgeneration")));
          case "for" -> List.of(loop(line));
          case "if" -> List.of(condition(line));
          case "set" -> List.of(set(line));
          case "macro" -> List.of(macro(line));
          case "call" -> List.of(call(line));
          case "filter" ->
              List.of(new Statement.FilterBlock(filters(true), bodyTo("endfilter"), line));
          case "with" -> List.of(with());
          case "block" -> List.of(block(line));
          case "print" -> print(line);
          case "autoescape" -> List.of(autoescape(line));
          case "break", "continue" -> List.of(jump(name, line));
          default -> throw new ChatTemplateException(line, "there is no tag '" + name + "'");
        };
    tokens.leave();
    return parsed;
  }

  private Statement jump(String name, int line) {
    if (loops == 0) {
      throw new ChatTemplateException(line, "'" + name + "' stands outside of a loop");
    }
    tokens.expect(Kind.TAG_END, "'%}'");
    return name.equals("break") ? new Statement.Break() : new Statement.Continue();
  }

  private Statement loop(int line) {
    int before = loops;
    Target target = targets();
    tokens.expectName("in");
    Expression items = expressions.tuple(false);
    Expression filter = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    tokens.expect(Kind.TAG_END, "'%}'");
    int outer = recursive ? 0 : loops; // a call of itself leaves no loop around it
    loops = outer + 1;
    List<Statement> body = statements(Set.of("endfor", "else"));
    loops = outer;
    List<Statement> otherwise = List.of();
    if (tokens.skipName("else")) {
      tokens.expect(Kind.TAG_END, "'%}'");
      otherwise = statements(Set.of("endfor"));
    }
    tokens.expectName("endfor");
    tokens.expect(Kind.TAG_END, "'%}'");
    loops = before;
    return new Statement.For(target, items, filter, body, otherwise, recursive, line);
  }

  private Statement condition(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    do {
      Expression test = expressions.tuple(false);
      tokens.expect(Kind.TAG_END, "'%}'");
      branches.add(new Statement.Branch(test, statements(Set.of("elif", "else", "endif"))));
    } while (tokens.skipName("elif"));
    if (tokens.skipName("else")) {
      tokens.expect(Kind.TAG_END, "'%}'");
      otherwise = statements(Set.of("endif"));
    }
    tokens.expectName("endif");
    tokens.expect(Kind.TAG_END, "'%}'");
    return new Statement.If(branches, otherwise, line);
  }

  private Statement set(int line) {
    Target target = targets();
    if (!tokens.skipOperator("=")) {
      return new Statement.SetBlock(target, filters(false), bodyTo("endset"), line);
    }
    Expression value = expressions.tuple(true);
    tokens.expect(Kind.TAG_END, "'%}'");
    return new Statement.Set(target, value, line);
  }

  /** Filters with bars between; the first one has a bar before it unless {@code bare}. */
  private List<Expression.Filter> filters(boolean bare) {
    List<Expression.Filter> filters = new ArrayList<>();
    if (bare) {
      filters.add(primary.filter());
    }
    while (tokens.skipOperator("|")) {
      filters.add(primary.filter());
    }
    return filters;
  }

  private Target targets() {
    Target first = target();
    if (!tokens.atOperator(",")) {
      return first;
    }
    List<Target> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      if ((tokens.at(Kind.NAME) && !tokens.atName("in")) || tokens.atOperator("(")) {
        parts.add(target());
      }
    }
    return new Target.Tuple(parts);
  }

  private Target target() {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = targets();
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    String name = tokens.expect(Kind.NAME, "a name to assign to").text();
    return tokens.skipOperator(".")
        ? new Target.Attribute(name, tokens.expect(Kind.NAME, "a name").text())
        : new Target.Name(name);
  }

  private Statement macro(int line) {
    String name = tokens.expect(Kind.NAME, "a macro's name").text();
    List<Statement.Parameter> parameters = parameters();
    return new Statement.Macro(name, parameters, ownBody("endmacro"), line);
  }

  /** A body from which no break can leave. */
  private List<Statement> ownBody(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> body = bodyTo(end);
    loops = outer;
    return body;
  }

  private List<Statement.Parameter> parameters() {
    tokens.expectOperator("(");
    List<Statement.Parameter> parameters = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      String name = tokens.expect(Kind.NAME, "a parameter's name").text();
      Expression otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
      parameters.add(new Statement.Parameter(name, otherwise));
      if (!tokens.skipOperator(",") && !tokens.atOperator(")")) {
        throw tokens.unexpected("',' or ')'");
      }
    }
    return parameters;
  }

  private Statement call(int line) {
    List<Statement.Parameter> parameters = tokens.atOperator("(") ? parameters() : List.of();
    if (!(expressions.operand() instanceof Expression.Call call)) {
      throw new ChatTemplateException(line, "a call block needs a call");
    }
    return new Statement.CallBlock(parameters, call, ownBody("endcall"), line);
  }

  private Statement block(int line) {
    String name = tokens.expect(Kind.NAME, "a block's name").text();
    if (!blocks.add(name)) {
      throw new ChatTemplateException(line, "there is a second block '" + name + "'");
    }
    boolean scoped = tokens.skipName("scoped");
    if (tokens.skipName("required")) {
      throw new ChatTemplateException(line, "the block '" + name + "' is left to another template");
    }
    int outer = loops;
    loops = 0;
    tokens.expect(Kind.TAG_END, "'%}'");
    List<Statement> body = statements(Set.of("endblock"));
    tokens.expectName("endblock");
    tokens.skipName(name);
    tokens.expect(Kind.TAG_END, "'%}'");
    loops = outer;
    return new Statement.Block(body, scoped);
  }

  private List<Statement> print(int line) {
    List<Statement> printed = new ArrayList<>();
    do {
      printed.add(new Statement.Output(expressions.expression(), line));
    } while (tokens.skipOperator(","));
    tokens.expect(Kind.TAG_END, "'%}'");
    return printed;
  }

  /** Prompts are no HTML, so there is nothing to escape; only that can be asked for. */
  private Statement autoescape(int line) {
    if (!(expressions.expression() instanceof Expression.Literal(Value.Bool(boolean on))) || on) {
      throw new ChatTemplateException(line, "only 'autoescape false' is known");
    }
    return new Statement.With(List.of(), bodyTo("endautoescape"));
  }

  private Statement with() {
    List<Statement.Set> bindings = new ArrayList<>();
    while (!tokens.at(Kind.TAG_END)) {
      int line = tokens.line();
      Target target = target();
      tokens.expectOperator("=");
      bindings.add(new Statement.Set(target, expressions.expression(), line));
      tokens.skipOperator(",");
    }
    return new Statement.With(bindings, bodyTo("endwith"));
  }
}
