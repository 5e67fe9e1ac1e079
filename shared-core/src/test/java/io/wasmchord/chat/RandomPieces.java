package io.wasmchord.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A text in the pieces in which it might come. */
final class RandomPieces {
  private RandomPieces() {}

  static String[] of(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(9));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces.toArray(String[]::new);
  }
}
