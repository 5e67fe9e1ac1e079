package io.wasmchord.chat.jinja.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
public sealed interface Statement {
  record Data(String text) implements Statement {}

  record Output(Expression value, int line) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {}

  record For(
      Target target,
      Expression items,
      @Nullable Expression filter,
      List<Statement> body,
      List<Statement> otherwise,
      boolean recursive,
      int line)
      implements Statement {}

  record Set(Target target, Expression value, int line) implements Statement {}

  record SetBlock(Target target, List<Expression.Filter> filters, List<Statement> body, int line)
      implements Statement {}

  record Macro(String name, List<Parameter> parameters, List<Statement> body, int line)
      implements Statement {}

  record CallBlock(List<Parameter> parameters, Expression.Call call, List<Statement> body, int line)
      implements Statement {}

  record FilterBlock(List<Expression.Filter> filters, List<Statement> body, int line)
      implements Statement {}

  record With(List<Set> bindings, List<Statement> body) implements Statement {}

  /**
   * A block that another template could replace.
   *
   * @param scoped whether it sees the variables around it, and not the template's own only
   */
  record Block(List<Statement> body, boolean scoped) implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}

  /** A condition and what it guards. */
  record Branch(Expression test, List<Statement> body) {}

  /** A macro's parameter. */
  record Parameter(String name, @Nullable Expression otherwise) {}

  /** What can be assigned to. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record Tuple(List<Target> parts) implements Target {}

    /** An attribute of a namespace. */
    record Attribute(String namespace, String name) implements Target {}
  }
}
