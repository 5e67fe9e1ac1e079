package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Expr.CallArguments;
import io.wasmchord.chat.jinja.syntax.Expr.Filter;
import io.wasmchord.chat.jinja.syntax.Token.Kind;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses literals, names and what is attached to them: attributes, items, calls, filters, tests.
 */
final class PrimaryParser {
  private static final Set<String> KEYWORDS =
      Set.of("else", "or", "and", "if", "in", "not", "is", "recursive");

  private final Tokens tokens;
  private final ExpressionParser expressions;

  PrimaryParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** A literal, a name, or an expression in parentheses. */
  Expr value() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> text();
      case INTEGER -> new Expr.Literal(Value.of(Long.parseLong(tokens.next().text())));
      case FLOAT -> new Expr.Literal(Value.of(Double.parseDouble(tokens.next().text())));
      case OPERATOR -> bracketed();
      default -> throw tokens.unexpected("an expression");
    };
  }

  private static Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(Value.of(true));
      case "false", "False" -> new Expr.Literal(Value.of(false));
      case "none", "None" -> new Expr.Literal(Value.none());
      default -> new Expr.Name(token.text(), token.line());
    };
  }

  /** Texts that stand side by side are one. */
  private Expr text() {
    String first = tokens.next().text();
    if (!tokens.at(Kind.STRING)) {
      return new Expr.Literal(Value.of(first));
    }
    StringBuilder all = new StringBuilder(first);
    while (tokens.at(Kind.STRING)) {
      all.append(tokens.next().text());
    }
    return new Expr.Literal(Value.of(all.toString()));
  }

  private Expr bracketed() {
    tokens.enter();
    int line = tokens.line();
    Expr value;
    if (tokens.skipOperator("(")) {
      value = tokens.atOperator(")") ? new Expr.Items(List.of(), true) : expressions.tuple(true);
      tokens.expectOperator(")");
    } else if (tokens.skipOperator("[")) {
      value = new Expr.Items(list(), false);
    } else if (tokens.skipOperator("{")) {
      value = new Expr.Dict(pairs(), line);
    } else {
      throw tokens.unexpected("an expression");
    }
    tokens.leave();
    return value;
  }

  private List<Expr> list() {
    List<Expr> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      items.add(expressions.expression());
      comma("]");
    }
    return items;
  }

  private List<Expr.Pair> pairs() {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      Expr key = expressions.expression();
      tokens.expectOperator(":");
      pairs.add(new Expr.Pair(key, expressions.expression()));
      comma("}");
    }
    return pairs;
  }

  /** A comma, which may be missing before {@code close}. */
  private void comma(String close) {
    if (!tokens.skipOperator(",") && !tokens.atOperator(close)) {
      throw tokens.unexpected("',' or '" + close + "'");
    }
  }

  /** Attributes, items and calls after {@code value}. */
  Expr attached(Expr value) {
    Expr result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        result = attribute(result, line);
      } else if (tokens.skipOperator("[")) {
        result = item(result, line);
      } else if (tokens.atOperator("(")) {
        result = new Expr.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  private Expr attribute(Expr target, int line) {
    if (tokens.at(Kind.INTEGER)) {
      Value index = Value.of(Long.parseLong(tokens.next().text()));
      return new Expr.Item(target, new Expr.Literal(index), line);
    }
    return new Expr.Attribute(target, tokens.expect(Kind.NAME, "a name").text(), line);
  }

  private Expr item(Expr target, int line) {
    Expr from = tokens.atOperator(":") ? null : expressions.expression();
    if (tokens.skipOperator("]")) {
      if (from == null) {
        throw tokens.unexpected("an expression");
      }
      return new Expr.Item(target, from, line);
    }
    tokens.expectOperator(":");
    Expr to = sliceEnd();
    Expr step = tokens.skipOperator(":") ? sliceEnd() : null;
    tokens.expectOperator("]");
    return new Expr.Slice(target, from, to, step, line);
  }

  private @Nullable Expr sliceEnd() {
    return tokens.atOperator(":") || tokens.atOperator("]") ? null : expressions.expression();
  }

  CallArguments arguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<Expr.Named> named = new ArrayList<>();
    Expr list = null;
    Expr dict = null;
    while (!tokens.skipOperator(")")) {
      if (tokens.skipOperator("*")) {
        list = expressions.expression();
      } else if (tokens.skipOperator("**")) {
        dict = expressions.expression();
      } else if (tokens.at(Kind.NAME) && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
        String name = tokens.next().text();
        tokens.next();
        named.add(new Expr.Named(name, expressions.expression()));
      } else if (named.isEmpty() && dict == null) {
        positional.add(expressions.expression());
      } else {
        throw tokens.unexpected("an argument with a name");
      }
      comma(")");
    }
    return new CallArguments(positional, named, list, dict);
  }

  /** Filters, tests and calls after {@code value}. */
  Expr filtered(Expr value) {
    Expr result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.atOperator("|")) {
        tokens.next();
        result = new Expr.Filtered(result, filter());
      } else if (tokens.atName("is")) {
        tokens.next();
        result = test(result, line);
      } else if (tokens.atOperator("(")) {
        result = new Expr.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  /** A filter's name and arguments. */
  Filter filter() {
    int line = tokens.line();
    String name = dotted("a filter's name");
    return new Filter(name, tokens.atOperator("(") ? arguments() : CallArguments.NONE, line);
  }

  private String dotted(String what) {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, what).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, "a name").text());
    }
    return name.toString();
  }

  private Expr test(Expr target, int line) {
    boolean negated = tokens.skipName("not");
    String name = dotted("a test's name");
    CallArguments arguments = CallArguments.NONE;
    if (tokens.atOperator("(")) {
      arguments = arguments();
    } else if (beginsArgument()) {
      tokens.enter();
      Expr argument = attached(value());
      tokens.leave();
      arguments = new CallArguments(List.of(argument), List.of(), null, null);
    }
    Expr test = new Expr.Test(target, name, arguments, line);
    return negated ? new Expr.Not(test) : test;
  }

  private boolean beginsArgument() {
    return switch (tokens.peek().kind()) {
      case NAME -> !KEYWORDS.contains(tokens.peek().text());
      case STRING, INTEGER, FLOAT -> true;
      default -> tokens.atOperator("[") || tokens.atOperator("{");
    };
  }
}
