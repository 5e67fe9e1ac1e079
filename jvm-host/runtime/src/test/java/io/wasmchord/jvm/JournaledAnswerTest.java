package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers with a journal in a file, in a process that ends and in the next one. */
class JournaledAnswerTest {
  private static final GenerationOptions OPTIONS =
      new GenerationOptions(24, List.of(), SamplerOptions.defaults(5), true);

  @TempDir private Path folder;

  private LoadedModel load(int context) throws IOException {
    Path file = DemoModel.file().write(folder.resolve("demo.gguf"));
    return LoadedModel.builder(file).threads(2).context(context).load();
  }

  @Test
  void anAnswerGoesOnFromItsFile() throws IOException {
    Path file = folder.resolve("answer.journal");
    GenerationResult expected;
    try (LoadedModel model = load(128);
        Session session = model.session()) {
      int[] prompt = model.tokenizer().encode("Once upon a time", true, true);
      expected = session.generate(prompt, OPTIONS, text -> true, RunControl.NONE);
      try (JournaledAnswer answer = model.journaled(session, prompt, OPTIONS, file)) {
        for (int i = 0; i < 9; i++) {
          assertTrue(answer.step(text -> true));
        }
      }
    }
    Files.write(file, new byte[] {4, 0, 0}, StandardOpenOption.APPEND); // a write that was cut off
    try (LoadedModel model = load(127);
        Session session = model.session()) {
      assertThrows(
          SessionMismatchException.class, () -> model.resume(session, OPTIONS, file).close());
    }
    try (LoadedModel model = load(128);
        Session session = model.session()) {
      StringBuilder text = new StringBuilder();
      try (JournaledAnswer answer = model.resume(session, OPTIONS, file)) {
        answer.step(piece -> text.append(piece).length() > 0);
      }
      assertTrue(expected.text().startsWith(text.toString()), text.toString());
      assertFalse(text.isEmpty());
      try (JournaledAnswer answer = model.resume(session, OPTIONS, file)) {
        while (answer.step(piece -> true)) {}
        assertArrayEquals(expected.tokens(), answer.generation().result().tokens());
        assertEquals(expected.text(), answer.generation().result().text());
      }
      assertFalse(Files.exists(file), "deleted when the answer has ended");
      assertThrows(FileException.class, () -> model.resume(session, OPTIONS, file).close());
      Files.write(
          file, Arrays.copyOf("chordjnl".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 40));
      assertThrows(
          SessionMismatchException.class, () -> model.resume(session, OPTIONS, file).close());
      Files.write(file, new byte[9]);
      assertThrows(
          InvalidSessionException.class, () -> model.resume(session, OPTIONS, file).close());
    }
  }
}
