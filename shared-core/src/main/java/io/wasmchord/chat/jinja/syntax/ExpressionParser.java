package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Expression.CallArguments;
import io.wasmchord.chat.jinja.syntax.Expression.Comparison;
import io.wasmchord.chat.jinja.syntax.Expression.Operator;
import io.wasmchord.chat.jinja.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions by Jinja's grammar, which binds tests and filters tighter than operators, and
 * {@code **} to the left.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Operator[] SUMS = {Operator.ADD, Operator.SUBTRACT};
  private static final Operator[] PRODUCTS = {
    Operator.MULTIPLY, Operator.DIVIDE, Operator.FLOOR_DIVIDE, Operator.MODULO
  };

  private final Tokens tokens;
  private final PrimaryParser primary;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
    this.primary = new PrimaryParser(tokens, this);
  }

  /** A whole expression, inline {@code if} included. */
  Expression expression() {
    tokens.enter();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expression.Conditional(test, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression, or several with commas between, which are a tuple. */
  Expression tuple(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!tokens.atOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !endsTuple()) {
      items.add(conditional ? expression() : or());
    }
    return new Expression.Items(items, true);
  }

  private boolean endsTuple() {
    return tokens.at(Kind.TAG_END) || tokens.at(Kind.OUTPUT_END) || tokens.atOperator(")");
  }

  /** Arguments in parentheses. */
  CallArguments arguments() {
    return primary.arguments();
  }

  /** What is written before operators: a value with what is attached to it. */
  Expression operand() {
    return unary(true);
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Logic(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.Logic(true, left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.skipName("not")) {
      return compare();
    }
    tokens.enter();
    Expression operand = not();
    tokens.leave();
    return new Expression.Not(operand);
  }

  private Expression compare() {
    int line = tokens.line();
    Expression first = sum();
    List<Comparison> rest = new ArrayList<>();
    for (String operator = comparison(); operator != null; operator = comparison()) {
      rest.add(new Comparison(operator, sum()));
    }
    return rest.isEmpty() ? first : new Expression.Compare(first, rest, line);
  }

  private @Nullable String comparison() {
    if (tokens.at(Kind.OPERATOR) && COMPARISONS.contains(tokens.peek().text())) {
      return tokens.next().text();
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (tokens.atName("not") && tokens.peekSecond().is(Kind.NAME, "in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private @Nullable Operator oneOf(Operator[] operators) {
    for (Operator operator : operators) {
      if (tokens.skipOperator(operator.sign())) {
        return operator;
      }
    }
    return null;
  }

  private Expression sum() {
    Expression left = concat();
    int line = tokens.line();
    for (Operator o = oneOf(SUMS); o != null; o = oneOf(SUMS)) {
      left = new Expression.Binary(o, left, concat(), line);
    }
    return left;
  }

  private Expression concat() {
    Expression first = product();
    if (!tokens.atOperator("~")) {
      return first;
    }
    int line = tokens.line();
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concat(parts, line);
  }

  private Expression product() {
    Expression left = power();
    int line = tokens.line();
    for (Operator o = oneOf(PRODUCTS); o != null; o = oneOf(PRODUCTS)) {
      left = new Expression.Binary(o, left, power(), line);
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    int line = tokens.line();
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary(Operator.POWER, left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    int line = tokens.line();
    if (tokens.atOperator("-") || tokens.atOperator("+")) {
      boolean minus = tokens.next().text().equals("-");
      tokens.enter();
      value = new Expression.Sign(minus, unary(false), line);
      tokens.leave();
    } else {
      value = primary.value();
    }
    value = primary.attached(value);
    return withFilters ? primary.filtered(value) : value;
  }
}
