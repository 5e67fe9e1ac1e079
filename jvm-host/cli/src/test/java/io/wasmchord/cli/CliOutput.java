package io.wasmchord.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command line came to. */
public record CliOutput(int code, String out, String err) {
  /** Runs {@code chord} with arguments and nothing on standard input. */
  public static CliOutput of(String... args) {
    return typed("", args);
  }

  /** The same with a text on standard input. */
  public static CliOutput typed(String text, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = ChordCli.run(args);
      return new CliOutput(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  public JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }

  public String[] lines() {
    return out.strip().split("\n", -1);
  }
}
