package io.wasmchord.cli.terminal;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.jvm.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Texts from files, and texts to a terminal. */
public final class Texts {
  private static final int DELETE = 0x7F;
  private static final int LAST_CONTROL = 0x9F;

  private Texts() {}

  /**
   * A whole file in UTF-8.
   *
   * @throws FileException when there is none, or it is no such text
   */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new FileException(file + " does not exist; check the path");
    } catch (IOException e) {
      throw new FileException("%s cannot be read as text in UTF-8: %s".formatted(file, e));
    }
  }

  /**
   * The JSON in a file.
   *
   * @throws FileException when it cannot be read
   * @throws InvalidRequestException when it is no JSON; it names the file
   */
  public static JsonValue json(Path file) {
    return json(file.toString(), read(file));
  }

  /**
   * The JSON in {@code text}.
   *
   * @param where what it was given as
   * @throws InvalidRequestException when it is no JSON; it names {@code where}
   */
  public static JsonValue json(String where, String text) {
    try {
      return JsonReader.parse(text);
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException(where + ": " + e.getMessage());
    }
  }

  /** {@code text} with the characters that a terminal would obey, newlines too, as escapes. */
  public static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        visible.append("\\n");
      } else if (c < ' ' || (c >= DELETE && c <= LAST_CONTROL)) {
        visible.append(String.format("\\x%02x", (int) c));
      } else {
        visible.append(c);
      }
    }
    return visible.toString();
  }
}
