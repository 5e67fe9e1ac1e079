package io.wasmchord.cli.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.JournaledAnswer;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.session.TokenListener;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an answer is kept while it is under way. */
public final class JournalFile {
  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = {
        "Keeps the answer to -p in FILE while it is under way. Where it was interrupted,",
        "the same command goes on with it; FILE is deleted when the answer has ended."
      })
  private @Nullable Path file;

  /** An answer under way, of which a journal may be kept. */
  interface Begun extends AutoCloseable {
    /** Takes a step; whether there is more to do. */
    boolean step(TokenListener listener);

    Generation generation();

    @Override
    void close();
  }

  private record Plain(Generation generation) implements Begun {
    @Override
    public boolean step(TokenListener listener) {
      return generation.step(listener);
    }

    @Override
    public void close() {}
  }

  private record Journaled(JournaledAnswer answer) implements Begun {
    @Override
    public boolean step(TokenListener listener) {
      return answer.step(listener);
    }

    @Override
    public Generation generation() {
      return answer.generation();
    }

    @Override
    public void close() {
      answer.close();
    }
  }

  /**
   * Checks that there is one prompt with one answer.
   *
   * @throws InvalidRequestException when there is not
   */
  void check(boolean prompted, int answers) {
    if (file != null && (!prompted || answers > 1)) {
      throw new InvalidRequestException(
          "--journal keeps one answer to one prompt; give the prompt with -p, and leave out"
              + " --answers");
    }
  }

  /**
   * Begins an answer, or goes on with the one that was interrupted.
   *
   * @throws InvalidRequestException when the file keeps the answer to another prompt
   */
  Begun begin(LoadedModel model, Session session, int[] prompt, GenerationOptions options) {
    Path kept = file;
    if (kept == null) {
      return new Plain(session.start(prompt, options));
    }
    if (kept.toFile().length() == 0) { // there is none, or it was interrupted before its first step
      return new Journaled(model.journaled(session, prompt, options, kept));
    }
    JournaledAnswer answer = model.resume(session, options, kept);
    if (!Arrays.equals(answer.prompt(), prompt)) {
      answer.close();
      throw new InvalidRequestException(
          kept
              + " keeps the answer to another prompt; repeat the command that began it, or delete"
              + " the file");
    }
    return new Journaled(answer);
  }
}
