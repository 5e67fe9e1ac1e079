package io.wasmchord.session;

import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.host.Clock;
import io.wasmchord.model.Model;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;

/** Saves and restores sessions in arrays of bytes, for tests. */
public final class SavedSessions {
  private SavedSessions() {}

  public static byte[] save(Session session, long fingerprint, String notes) {
    ByteWriter all = new ByteWriter();
    try (SessionWriter writer = session.save(fingerprint, notes)) {
      for (byte[] next = writer.next(); next != null; next = writer.next()) {
        all.put(next);
      }
    }
    return all.bytes();
  }

  /** The reader, which has a session unless the bytes were refused. */
  public static SessionReader read(
      byte[] saved, Model model, Tokenizer tokenizer, long fingerprint) {
    SessionReader reader = new SessionReader(model, tokenizer, fingerprint, Clock.system());
    try {
      int at = 0;
      while (reader.needed() > 0) {
        int n = Math.min(reader.needed(), saved.length - at);
        reader.push(Arrays.copyOfRange(saved, at, at + n));
        at += n;
      }
      if (at < saved.length) {
        reader.push(Arrays.copyOfRange(saved, at, saved.length));
      }
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  public static Session restore(byte[] saved, Model model, Tokenizer tokenizer, long fingerprint) {
    try (SessionReader reader = read(saved, model, tokenizer, fingerprint)) {
      return reader.session();
    }
  }
}
