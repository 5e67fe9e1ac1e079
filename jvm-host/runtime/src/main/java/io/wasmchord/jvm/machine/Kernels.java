package io.wasmchord.jvm.machine;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Puts several functions into one page. */
@SuppressWarnings("restricted")
final class Kernels {
  private static final int LINE = 64;

  private Kernels() {}

  /**
   * Where the functions are.
   *
   * @throws IllegalStateException where no code can be executed
   */
  static MemorySegment[] place(List<byte[]> functions) {
    List<byte[]> codes = functions.stream().map(CodePage::entry).toList();
    int[] at = new int[codes.size()];
    int size = 0;
    for (int i = 0; i < at.length; i++) {
      at[i] = size;
      size += (codes.get(i).length + LINE - 1) / LINE * LINE;
    }
    byte[] all = new byte[size];
    for (int i = 0; i < at.length; i++) {
      System.arraycopy(codes.get(i), 0, all, at[i], codes.get(i).length);
    }
    try {
      long address = CodePage.ofEntries(all).address();
      MemorySegment[] places = new MemorySegment[at.length];
      for (int i = 0; i < at.length; i++) {
        places[i] = MemorySegment.ofAddress(address + at[i]);
      }
      return places;
    } catch (CodePage.UnavailableException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
