package io.wasmchord.jvm.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What stands behind code, and is addressed from where the code is. */
final class Constants {
  private static final int UNIT = 32; // bytes

  private final List<byte[]> values = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();

  /** One of them; a multiple of 32 bytes. */
  record Constant(int index) {}

  /**
   * An offset to be filled in, that leads to a constant from where the next instruction is.
   *
   * @param at where it stands in the code
   * @param next where the next instruction begins
   */
  private record Use(int at, int next, Constant constant) {}

  /** Each constant is kept once. */
  Constant of(byte[] bytes) {
    for (int i = 0; i < values.size(); i++) {
      if (Arrays.equals(values.get(i), bytes)) {
        return new Constant(i);
      }
    }
    values.add(Arrays.copyOf(bytes, (bytes.length + UNIT - 1) / UNIT * UNIT));
    return new Constant(values.size() - 1);
  }

  /** Notes that the code has an offset of four bytes at {@code at}, and so many bytes after it. */
  void use(int at, int after, Constant constant) {
    uses.add(new Use(at, at + 4 + after, constant));
  }

  /** The code with its offsets, and the constants. */
  byte[] behind(byte[] code) {
    if (values.isEmpty()) {
      return code;
    }
    int[] places = new int[values.size()];
    int end = (code.length + UNIT - 1) / UNIT * UNIT;
    for (int i = 0; i < places.length; i++) {
      places[i] = end;
      end += values.get(i).length;
    }
    byte[] all = Arrays.copyOf(code, end);
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(values.get(i), 0, all, places[i], values.get(i).length);
    }
    for (Use use : uses) {
      int offset = places[use.constant.index] - use.next;
      for (int i = 0; i < 4; i++) {
        all[use.at + i] = (byte) (offset >> (8 * i));
      }
    }
    return all;
  }
}
