package io.wasmchord.api;

import java.util.Random;

/** Names calls of tools, at random: conversations may come together. */
public final class ToolCallIds {
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final int LENGTH = 9; // Mistral's templates want no other

  private final Random random;

  /**
   * @param seed another one for each answer
   */
  public ToolCallIds(long seed) {
    random = new Random(seed);
  }

  String next() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
