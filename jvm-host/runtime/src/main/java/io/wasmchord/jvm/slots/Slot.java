package io.wasmchord.jvm.slots;

import io.wasmchord.model.AdapterScale;
import io.wasmchord.session.Session;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Room for one answer at a time, with a session that is kept; what it holds helps the next one. */
final class Slot {
  private static final int[] NOTHING = {};

  private @Nullable Session session; // made when it is first needed
  private boolean adapted; // by its last request
  private int[] tokens = NOTHING; // of its session, or more

  @Nullable Session session() {
    return session;
  }

  void set(Session made) {
    session = made;
  }

  /** Has the session follow the adapters of a request, or those that are chosen for all. */
  void adapt(Session answering, @Nullable List<AdapterScale> adapters) {
    if (adapters != null) {
      answering.adapt(adapters);
    } else if (adapted) {
      answering.adaptDefault();
    }
    adapted = adapters != null;
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
