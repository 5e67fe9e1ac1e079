package io.wasmchord.server.models;

import io.wasmchord.session.Session;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Room for one answer at a time, with a session that is kept; what it holds helps the next one. */
final class Slot {
  private static final int[] NOTHING = {};

  private @Nullable Session session; // made when it is first needed
  private int[] tokens = NOTHING; // of its session, or more

  @Nullable Session session() {
    return session;
  }

  void set(Session made) {
    session = made;
  }

  void note(int[] held) {
    tokens = held;
  }

  /** How many of a prompt's first tokens it may hold. */
  int common(int[] prompt) {
    int most = Math.min(tokens.length, prompt.length);
    int mismatch = Arrays.mismatch(tokens, 0, most, prompt, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  void close() {
    if (session != null) {
      session.close();
    }
  }
}
