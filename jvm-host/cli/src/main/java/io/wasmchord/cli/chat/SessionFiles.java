package io.wasmchord.cli.chat;

import io.wasmchord.api.SessionNotes;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a conversation comes from, and where it is kept. */
public final class SessionFiles {
  @Option(
      names = "--load-session",
      paramLabel = "FILE",
      description = {
        "Goes on with a conversation or text that --save-session or a page has saved,",
        "with its context and type of cache; -p without --chat adds to the text."
      })
  private @Nullable Path from;

  @Option(
      names = "--save-session",
      paramLabel = "FILE",
      description = "Saves the conversation or text, with its KV cache, in the end.")
  private @Nullable Path to;

  /**
   * Checks that there is one answer, which a session can go on after.
   *
   * @throws InvalidRequestException when several are wanted
   */
  void check(int answers) {
    if (answers > 1 && (from != null || to != null)) {
      throw new InvalidRequestException(
          "--load-session and --save-session take one answer; leave out --answers");
    }
  }

  /** What there is to go on with. */
  record Opened(OpenSession session, SessionNotes notes) {}

  /** The session that was saved, or else a fresh one. */
  Opened open(LoadedModel model) {
    OpenSession session = new OpenSession(model, model.session());
    return new Opened(session, from == null ? new SessionNotes(List.of(), "") : session.load(from));
  }

  void save(OpenSession session, SessionNotes notes) {
    if (to != null) {
      session.save(notes, to);
    }
  }
}
