package io.wasmchord.jvm;

import io.wasmchord.session.AnswerJournal;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.session.TokenListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An answer with a journal in a file, from which it goes on after an interruption: {@link
 * LoadedModel#resume}. What a crash left half written is left out. For one thread at a time.
 */
public final class JournaledAnswer implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final AnswerJournal journal;
  private final Generation generation;
  private boolean ended;

  private JournaledAnswer(
      Path file, FileChannel channel, AnswerJournal journal, Generation generation) {
    this.file = file;
    this.channel = channel;
    this.journal = journal;
    this.generation = generation;
  }

  static JournaledAnswer begin(Path file, Generation generation, long fingerprint) {
    AnswerJournal journal = AnswerJournal.of(generation, fingerprint, "");
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      return new JournaledAnswer(file, channel, journal, generation);
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    }
  }

  static JournaledAnswer resume(
      Path file, Session session, GenerationOptions options, long fingerprint) {
    AnswerJournal journal;
    try {
      journal = AnswerJournal.read(Files.readAllBytes(file), fingerprint);
    } catch (IOException e) {
      throw FileException.of("read", file, e);
    }
    Generation generation = journal.resume(session, options);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      channel.truncate(journal.length()).position(journal.length());
      return new JournaledAnswer(file, channel, journal, generation);
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    }
  }

  /**
   * Computes a step, as {@link Generation#step} does, and notes what came of it.
   *
   * @return whether there is more to do
   * @throws FileException when the file cannot be written
   */
  public boolean step(TokenListener listener) {
    boolean more = generation.step(listener);
    ended = !more;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(journal.next(generation));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    }
    return more;
  }

  /** The answer; its steps are to be taken with {@link #step}. */
  public Generation generation() {
    return generation;
  }

  /** The prompt that is answered. */
  public int[] prompt() {
    return journal.prompt();
  }

  /** Keeps the file for later, or deletes it where the answer has ended. */
  @Override
  public void close() {
    try {
      channel.close();
      if (ended) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    }
  }
}
