package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Expression.CallArguments;
import io.wasmchord.chat.jinja.syntax.Expression.Filter;
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
  Expression value() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> text();
      case INTEGER -> new Expression.Literal(Value.of(Long.parseLong(tokens.next().text())));
      case FLOAT -> new Expression.Literal(Value.of(Double.parseDouble(tokens.next().text())));
      case OPERATOR -> bracketed();
      default -> throw tokens.unexpected("an expression");
    };
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(Value.of(true));
      case "false", "False" -> new Expression.Literal(Value.of(false));
      case "none", "None" -> new Expression.Literal(Value.none());
      default -> new Expression.Name(token.text(), token.line());
    };
  }

  /** Texts that stand side by side are one. */
  private Expression text() {
    String first = tokens.next().text();
    if (!tokens.at(Kind.STRING)) {
      return new Expression.Literal(Value.of(first));
    }
    StringBuilder all = new StringBuilder(first);
    while (tokens.at(Kind.STRING)) {
      all.append(tokens.next().text());
    }
    return new Expression.Literal(Value.of(all.toString()));
  }

  private Expression bracketed() {
    tokens.enter();
    int line = tokens.line();
    Expression value;
    if (tokens.skipOperator("(")) {
      value =
          tokens.atOperator(")") ? new Expression.Items(List.of(), true) : expressions.tuple(true);
      tokens.expectOperator(")");
    } else if (tokens.skipOperator("[")) {
      value = new Expression.Items(list(), false);
    } else if (tokens.skipOperator("{")) {
      value = new Expression.Dict(pairs(), line);
    } else {
      throw tokens.unexpected("an expression");
    }
    tokens.leave();
    return value;
  }

  private List<Expression> list() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      items.add(expressions.expression());
      comma("]");
    }
    return items;
  }

  private List<Expression.Pair> pairs() {
    List<Expression.Pair> pairs = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      Expression key = expressions.expression();
      tokens.expectOperator(":");
      pairs.add(new Expression.Pair(key, expressions.expression()));
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
  Expression attached(Expression value) {
    Expression result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        result = attribute(result, line);
      } else if (tokens.skipOperator("[")) {
        result = item(result, line);
      } else if (tokens.atOperator("(")) {
        result = new Expression.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  private Expression attribute(Expression target, int line) {
    if (tokens.at(Kind.INTEGER)) {
      Value index = Value.of(Long.parseLong(tokens.next().text()));
      return new Expression.Item(target, new Expression.Literal(index), line);
    }
    return new Expression.Attribute(target, tokens.expect(Kind.NAME, "a name").text(), line);
  }

  private Expression item(Expression target, int line) {
    Expression from = tokens.atOperator(":") ? null : expressions.expression();
    if (tokens.skipOperator("]")) {
      if (from == null) {
        throw tokens.unexpected("an expression");
      }
      return new Expression.Item(target, from, line);
    }
    tokens.expectOperator(":");
    Expression to = sliceEnd();
    Expression step = tokens.skipOperator(":") ? sliceEnd() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(target, from, to, step, line);
  }

  private @Nullable Expression sliceEnd() {
    return tokens.atOperator(":") || tokens.atOperator("]") ? null : expressions.expression();
  }

  CallArguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<Expression.Named> named = new ArrayList<>();
    Expression list = null;
    Expression dict = null;
    while (!tokens.skipOperator(")")) {
      if (tokens.skipOperator("*")) {
        list = expressions.expression();
      } else if (tokens.skipOperator("**")) {
        dict = expressions.expression();
      } else if (tokens.at(Kind.NAME) && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
        String name = tokens.next().text();
        tokens.next();
        named.add(new Expression.Named(name, expressions.expression()));
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
  Expression filtered(Expression value) {
    Expression result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.atOperator("|")) {
        tokens.next();
        result = new Expression.Filtered(result, filter());
      } else if (tokens.atName("is")) {
        tokens.next();
        result = test(result, line);
      } else if (tokens.atOperator("(")) {
        result = new Expression.Call(result, arguments(), line);
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

  private Expression test(Expression target, int line) {
    boolean negated = tokens.skipName("not");
    String name = dotted("a test's name");
    CallArguments arguments = CallArguments.NONE;
    if (tokens.atOperator("(")) {
      arguments = arguments();
    } else if (beginsArgument()) {
      tokens.enter();
      Expression argument = attached(value());
      tokens.leave();
      arguments = new CallArguments(List.of(argument), List.of(), null, null);
    }
    Expression test = new Expression.Test(target, name, arguments, line);
    return negated ? new Expression.Not(test) : test;
  }

  private boolean beginsArgument() {
    return switch (tokens.peek().kind()) {
      case NAME -> !KEYWORDS.contains(tokens.peek().text());
      case STRING, INTEGER, FLOAT -> true;
      default -> tokens.atOperator("[") || tokens.atOperator("{");
    };
  }
}
