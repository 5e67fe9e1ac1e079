package io.wasmchord.evaluation;

import io.wasmchord.host.RunControl;
import java.util.List;

/** Distributions that a model is compared with, of the same windows. */
interface Reference {
  /** A token's log-probabilities: what comes next. */
  interface Row {
    /** Minus infinity for a token that does not count. */
    double of(int id);

    /** The same, but never minus infinity where the row says more. */
    default double surprise(int id) {
      return -of(id);
    }

    int best();
  }

  /** Begins a window. */
  void begin(int window, int[] tokens, RunControl control);

  /** The rows of the next scored tokens of the window. */
  List<Row> next(int count);
}
