package io.wasmchord.jvm.machine;

/**
 * A 256-bit register.
 *
 * @param number 0 to 15
 */
record Ymm(int number) {
  Ymm {
    if (number < 0 || number > 15) {
      throw new IllegalArgumentException("ymm" + number);
    }
  }
}
