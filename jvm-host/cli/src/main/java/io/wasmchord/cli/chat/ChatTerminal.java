package io.wasmchord.cli.chat;

import io.wasmchord.api.SessionNotes;
import io.wasmchord.cli.chat.ChatCommands.Called;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.session.GenerationResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that someone types.
 *
 * @param err for what is not said by the model
 */
record ChatTerminal(
    Conversation conversation, OpenSession session, LineInput lines, PrintWriter err) {
  private static final String KEYS =
      """
      Alt-Enter begins a line within a message; so does a backslash at the end,
      and a message may stand between three quotes (\"""). Ctrl-C ends an answer.\
      """;
  private static final String DIM = "\u001B[2m";
  private static final String NORMAL = "\u001B[0m";

  /** Says what is chatted with, to a person. */
  void greet() {
    if (lines.interactive()) {
      String architecture = session.model().model().config().architecture();
      note(session.model().file().fileName() + " (" + architecture + "); /help lists the commands");
    }
  }

  /** Answers text by text until {@code /exit} or the end. */
  void run() throws IOException {
    boolean goesOn = true;
    while (goesOn) {
      String text = lines.read();
      goesOn = text != null && (text.isBlank() || take(text));
    }
  }

  /** Whether the chat goes on. An error ends it where nobody could mend what was typed. */
  private boolean take(String text) {
    try {
      Called called = ChatCommands.of(text);
      if (called == null) {
        told(conversation.ask(text.startsWith(" /") ? text.substring(1) : text));
        return true;
      }
      return obey(called);
    } catch (ChordException e) {
      if (!lines.interactive()) {
        throw e;
      }
      err.println("chord: " + e.getMessage());
      err.flush();
      return true;
    }
  }

  private boolean obey(Called called) {
    switch (called.command()) {
      case HELP -> note(ChatCommands.help() + "\n" + KEYS);
      case NEW -> conversation.restart();
      case SYSTEM -> system(called.argument());
      case RETRY -> told(conversation.again());
      case SAVE -> {
        Path file = path(called.argument());
        session.save(new SessionNotes(conversation.messages(), ""), file);
        note("kept in " + file);
      }
      case LOAD -> {
        Path file = path(called.argument());
        conversation.goOn(session.load(file).messages());
        note(conversation.messages().size() + " messages from " + file);
      }
      case TOOL -> told(conversation.answerCall(called.argument()));
      case EXIT -> {
        return false;
      }
    }
    return true;
  }

  private void system(String text) {
    if (text.isEmpty()) {
      String now = conversation.system();
      note(now.isEmpty() ? "there are no instructions" : now);
    } else {
      conversation.system(text.equals("-") ? "" : text);
    }
  }

  private static Path path(String given) {
    try {
      return given.startsWith("~/")
          ? Path.of(System.getProperty("user.home"), given.substring(2))
          : Path.of(given);
    } catch (InvalidPathException e) {
      throw new InvalidRequestException("'" + given + "' names no file: " + e.getReason());
    }
  }

  private void told(Answers.@Nullable Outcome outcome) {
    GenerationResult result = outcome == null ? null : outcome.result();
    if (result != null && lines.interactive()) {
      note(
          String.format(
              Locale.ROOT,
              "[%d tokens, %.1f/s]",
              result.tokens().length,
              result.decodePerSecond()));
    }
  }

  private void note(String text) {
    err.println(TerminalLines.styled() ? DIM + text + NORMAL : text);
    err.flush();
  }
}
