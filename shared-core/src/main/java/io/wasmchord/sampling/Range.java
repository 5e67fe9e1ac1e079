package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;

/** What a number must be within, its ends included. */
public record Range(double least, double most) {
  /**
   * Lets numbers pass that are within.
   *
   * @throws InvalidRequestException for others, what is no number among them
   */
  void check(String name, float value) {
    float from = (float) least;
    float to = (float) most;
    if (!(value >= from && value <= to)) {
      throw new InvalidRequestException(
          name + " is " + value + "; it must be from " + from + " to " + to);
    }
  }

  /** Lets counts pass: whole numbers that are not negative. */
  static void checkCount(String name, int value) {
    if (value < 0) {
      throw new InvalidRequestException(name + " is " + value + "; it must not be negative");
    }
  }
}
