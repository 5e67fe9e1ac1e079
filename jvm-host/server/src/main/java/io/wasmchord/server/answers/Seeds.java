package io.wasmchord.server.answers;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** What is random about a request: its seed, where it names none, and its answer's id. */
public final class Seeds {
  private static final int BITS = 53; // that every host's numbers hold

  private Seeds() {}

  /** A seed. */
  public static long next() {
    return ThreadLocalRandom.current().nextLong(1L << BITS);
  }

  /** An id that begins so. */
  public static String id(String prefix) {
    byte[] bytes = new byte[12];
    ThreadLocalRandom.current().nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }
}
