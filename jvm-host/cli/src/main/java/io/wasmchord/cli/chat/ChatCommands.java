package io.wasmchord.cli.chat;

import io.wasmchord.errors.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be typed in a chat instead of a message. */
enum ChatCommands {
  HELP("", "shows this"),
  NEW("", "begins another conversation"),
  SYSTEM("[TEXT]", "shows the instructions, or sets them; - for none"),
  RETRY("", "answers the last question anew"),
  SAVE("FILE", "keeps the conversation, with its KV cache"),
  LOAD("FILE", "goes on with a conversation that was kept"),
  TOOL("RESULT", "answers a call of a tool"),
  EXIT("", "ends; so does Ctrl-D");

  private final String argument;
  private final String purpose;

  ChatCommands(String argument, String purpose) {
    this.argument = argument;
    this.purpose = purpose;
  }

  /** As it is typed. */
  String word() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  /** All words. */
  static List<String> words() {
    return Arrays.stream(values()).map(ChatCommands::word).toList();
  }

  /** A command with what it is given. */
  record Called(ChatCommands command, String argument) {}

  /**
   * The command that a line is, or null where it is a message.
   *
   * @throws InvalidRequestException when the line looks like a command and is none, or lacks what
   *     the command needs
   */
  static @Nullable Called of(String line) {
    String text = line.stripTrailing();
    if (!text.matches("(?s)/[a-z]+(\\s.*)?")) {
      return null;
    }
    String[] parts = text.split("\\s+", 2);
    for (ChatCommands command : values()) {
      if (command.word().equals(parts[0])) {
        return new Called(command, command.checked(parts.length < 2 ? "" : parts[1]));
      }
    }
    throw new InvalidRequestException(
        parts[0] + " is no command; /help lists them, and a space before it makes it a message");
  }

  private String checked(String given) {
    if (argument.equals("FILE") && given.isEmpty()) {
      throw new InvalidRequestException(word() + " needs a file: " + word() + " FILE");
    }
    if (argument.isEmpty() && !given.isEmpty()) {
      throw new InvalidRequestException(word() + " takes nothing; give it alone");
    }
    return given;
  }

  /** The list of all, a line each. */
  static String help() {
    return Arrays.stream(values())
        .map(one -> "  %-16s %s".formatted(one.word() + " " + one.argument, one.purpose))
        .collect(Collectors.joining("\n"));
  }
}
