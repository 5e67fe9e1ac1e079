package io.wasmchord.jvm.machine;

/**
 * A 512-bit register.
 *
 * @param number 0 to 31
 */
record Zmm(int number) {
  Zmm {
    if (number < 0 || number > 31) {
      throw new IllegalArgumentException("zmm" + number);
    }
  }
}
