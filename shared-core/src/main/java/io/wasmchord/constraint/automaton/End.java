package io.wasmchord.constraint.automaton;

/** The place where nothing comes but the return. */
public record End() implements Frame {
  /** There is but one. */
  public static final Frame HERE = new End();

  @Override
  public void expand(Moves moves) {
    moves.end();
  }
}
