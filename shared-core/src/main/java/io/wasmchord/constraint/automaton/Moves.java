package io.wasmchord.constraint.automaton;

import java.util.ArrayList;
import java.util.List;

/** What may come at a frame: characters, calls of other frames, the return. */
public final class Moves {
  /** Characters from {@code from} to {@code to} lead to {@code next}. */
  record Edge(int from, int to, Frame next) {}

  /** {@code callee} is read, then goes on at {@code back}. */
  record Call(Frame callee, Frame back) {}

  private final List<Edge> edges = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private boolean ends;

  /** What {@code frame} says. */
  static Moves of(Frame frame) {
    Moves moves = new Moves();
    frame.expand(moves);
    moves.edges.sort((a, b) -> Integer.compare(a.from(), b.from()));
    for (int i = 1; i < moves.edges.size(); i++) {
      if (moves.edges.get(i).from() <= moves.edges.get(i - 1).to()) {
        throw new IllegalStateException("a character leads to two places from " + frame);
      }
    }
    return moves;
  }

  /** A character leads to {@code next}; no character leads to two. */
  public void on(int codePoint, Frame next) {
    edges.add(new Edge(codePoint, codePoint, next));
  }

  /** Characters from {@code from} to {@code to} lead to {@code next}. */
  public void on(int from, int to, Frame next) {
    on(CodePoints.of(from, to), next);
  }

  /** Each of {@code characters} leads to {@code next}. */
  public void on(CodePoints characters, Frame next) {
    for (int i = 0; i < characters.ranges(); i++) {
      edges.add(new Edge(characters.from(i), characters.to(i), next));
    }
  }

  /** {@code callee} is read, then goes on at {@code back}. */
  public void call(Frame callee, Frame back) {
    calls.add(new Call(callee, back));
  }

  /** The frame may return. */
  public void end() {
    ends = true;
  }

  List<Edge> edges() {
    return edges;
  }

  List<Call> calls() {
    return calls;
  }

  boolean ends() {
    return ends;
  }
}
