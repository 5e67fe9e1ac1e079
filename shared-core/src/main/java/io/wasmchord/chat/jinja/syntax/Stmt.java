package io.wasmchord.chat.jinja.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
public sealed interface Stmt {
  record Data(String text) implements Stmt {}

  record Output(Expr value, int line) implements Stmt {}

  record If(List<Branch> branches, List<Stmt> otherwise, int line) implements Stmt {}

  record For(
      Target target,
      Expr items,
      @Nullable Expr filter,
      List<Stmt> body,
      List<Stmt> otherwise,
      boolean recursive,
      int line)
      implements Stmt {}

  record Set(Target target, Expr value, int line) implements Stmt {}

  record SetBlock(Target target, List<Expr.Filter> filters, List<Stmt> body, int line)
      implements Stmt {}

  record Macro(String name, List<Parameter> parameters, List<Stmt> body, int line)
      implements Stmt {}

  record CallBlock(List<Parameter> parameters, Expr.Call call, List<Stmt> body, int line)
      implements Stmt {}

  record FilterBlock(List<Expr.Filter> filters, List<Stmt> body, int line) implements Stmt {}

  record With(List<Set> bindings, List<Stmt> body) implements Stmt {}

  /**
   * A block that another template could replace.
   *
   * @param scoped whether it sees the variables around it, and not the template's own only
   */
  record Block(List<Stmt> body, boolean scoped) implements Stmt {}

  record Break() implements Stmt {}

  record Continue() implements Stmt {}

  /** A condition and what it guards. */
  record Branch(Expr test, List<Stmt> body) {}

  /** A macro's parameter. */
  record Parameter(String name, @Nullable Expr otherwise) {}

  /** What can be assigned to. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record Tuple(List<Target> parts) implements Target {}

    /** An attribute of a namespace. */
    record Attribute(String namespace, String name) implements Target {}
  }
}
