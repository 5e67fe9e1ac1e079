package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Token.Kind;
import io.wasmchord.errors.ChatTemplateException;
import java.util.List;

/** The tokens of a template while they are parsed, and how deep the parser has nested. */
final class Tokens {
  private final List<Token> tokens;
  private final int maxDepth;
  private int at;
  private int depth;

  Tokens(List<Token> tokens, int maxDepth) {
    this.tokens = tokens;
    this.maxDepth = maxDepth;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean at(Kind kind) {
    return peek().kind() == kind;
  }

  boolean atOperator(String operator) {
    return peek().is(Kind.OPERATOR, operator);
  }

  boolean atName(String name) {
    return peek().is(Kind.NAME, name);
  }

  boolean skipOperator(String operator) {
    return skip(atOperator(operator));
  }

  boolean skipName(String name) {
    return skip(atName(name));
  }

  private boolean skip(boolean present) {
    if (present) {
      next();
    }
    return present;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Token expect(Kind kind, String what) {
    if (!at(kind)) {
      throw unexpected(what);
    }
    return next();
  }

  void enter() {
    if (++depth > maxDepth) {
      throw new ChatTemplateException(line(), "it nests deeper than " + maxDepth + " levels");
    }
  }

  void leave() {
    depth--;
  }

  ChatTemplateException unexpected(String wanted) {
    return new ChatTemplateException(line(), "expected " + wanted + ", found " + peek().describe());
  }
}
