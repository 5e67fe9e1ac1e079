package io.wasmchord.cli.files;

import io.wasmchord.jvm.FileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Texts: arguments, or the lines of a file, or else those of standard input. */
final class TextInputs {
  @Parameters(arity = "0..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "F",
      description = "Read the texts from a file in UTF-8, one a line.")
  private @Nullable Path file;

  /**
   * All of them.
   *
   * @throws ParameterException when there are none, or too many sources
   * @throws FileException when the file cannot be read
   */
  List<String> read(CommandLine command) {
    if (file != null && !texts.isEmpty()) {
      throw new ParameterException(command, "give either TEXT or --file F");
    }
    List<String> all = texts;
    if (file != null) {
      try {
        all = Files.readAllLines(file);
      } catch (IOException e) {
        throw new FileException(file + " cannot be read as text in UTF-8: " + e);
      }
    } else if (texts.isEmpty()) {
      all =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
              .lines()
              .toList();
    }
    if (all.isEmpty()) {
      throw new ParameterException(command, "there is no text");
    }
    return all;
  }
}
