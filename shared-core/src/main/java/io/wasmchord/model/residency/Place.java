package io.wasmchord.model.residency;

/** Where a tensor of a model's file belongs. */
public sealed interface Place {

  /** To a layer: it comes and goes with that. */
  record Layer(int number) implements Place {}

  /** To no layer: it is always in memory, in the first one where there are several. */
  record Outside() implements Place {}

  /**
   * To no layer, and rows of it are looked up and nothing else: where layers pass through slots it
   * stays in the file, and its rows are read when they are needed. So does a matrix that is not
   * used.
   */
  record LookedUp() implements Place {}

  /** To a block that predicts further tokens, or to something else that the layers do not use. */
  record Skipped() implements Place {}
}
