package io.wasmchord.web;

import io.wasmchord.errors.InvalidRequestException;
import java.util.function.IntFunction;

/** The texts of a request as tokens. */
final class Inputs {
  private Inputs() {}

  /** The same tokens; a refusal says whose they are. */
  static IntFunction<int[]> named(String what, IntFunction<int[]> tokens) {
    return at -> {
      try {
        return tokens.apply(at);
      } catch (InvalidRequestException e) {
        throw new InvalidRequestException(what + " " + at + ": " + e.getMessage());
      }
    };
  }
}
