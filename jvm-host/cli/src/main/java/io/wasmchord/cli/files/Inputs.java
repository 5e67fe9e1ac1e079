package io.wasmchord.cli.files;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import java.nio.file.Path;
import java.util.function.IntFunction;

/** What commands that read texts share. */
final class Inputs {
  private Inputs() {}

  /** The same tokens; a refusal says whose they are, counted from 1. */
  static IntFunction<int[]> named(String what, IntFunction<int[]> tokens) {
    return at -> {
      try {
        return tokens.apply(at);
      } catch (InvalidRequestException e) {
        throw new InvalidRequestException(what + " " + (at + 1) + ": " + e.getMessage());
      }
    };
  }

  /** The model's name: that in the file, or the file's. */
  static String modelName(GgufFile gguf) {
    return gguf.metadata()
        .string("general.name", String.valueOf(Path.of(gguf.fileName()).getFileName()));
  }
}
