package io.wasmchord.cli.chat;

import io.wasmchord.api.SessionNotes;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.SavedSession;
import io.wasmchord.session.Session;
import java.nio.file.Path;

/** The session that a command works with; a chat may change to one that was saved. */
final class OpenSession {
  private final LoadedModel model;
  private Session session;

  OpenSession(LoadedModel model, Session session) {
    this.model = model;
    this.session = session;
  }

  LoadedModel model() {
    return model;
  }

  Session session() {
    return session;
  }

  /**
   * Saves it.
   *
   * @throws io.wasmchord.jvm.FileException when the file cannot be written
   */
  void save(SessionNotes notes, Path to) {
    model.save(session, notes.json(), to);
  }

  /**
   * Goes on with the session in a file. Where it cannot be restored all is as it was.
   *
   * @return what was saved beside it
   * @throws io.wasmchord.errors.ChordException when the file keeps no session of this model
   */
  SessionNotes load(Path from) {
    SavedSession saved = model.restore(from);
    session.close();
    session = saved.session();
    return SessionNotes.parse(saved.notes());
  }
}
