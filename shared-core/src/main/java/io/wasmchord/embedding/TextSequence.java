package io.wasmchord.embedding;

import io.wasmchord.host.RunControl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Texts on their way through a model, in their order. An encoder computes short ones together, as
 * many as fit its batch; what a text gets does not depend on that. Closing gives back what is held,
 * whether all has ended or not.
 */
public final class TextSequence implements AutoCloseable {
  private final Embedder embedder;
  private final int count;
  private final IntFunction<int[]> tokens;
  private final EmbeddingOptions options;
  private final List<int[]> ahead = new ArrayList<>(); // of texts that no run has yet
  private int next; // the text after those
  private int given; // texts that were given
  private int place; // of the next one to give, in the run
  private @Nullable EmbeddingRun run;
  private boolean computed;

  /**
   * Nothing is computed yet.
   *
   * @param count texts
   * @param tokens of each, in their order, each once; they fit the model's context
   */
  TextSequence(Embedder embedder, int count, IntFunction<int[]> tokens, EmbeddingOptions options) {
    this.embedder = embedder;
    this.count = count;
    this.tokens = tokens;
    this.options = options;
  }

  /**
   * A text whose states are there.
   *
   * @param index of the text
   * @param place of the text in the run
   */
  public record Text(int index, EmbeddingRun run, int place) {
    /** Tokens that were fed. */
    public int tokens() {
      return run.tokens(place);
    }

    /** See {@link EmbeddingRun#result()}. */
    public TextEmbedding embedding() {
      return run.result(place, RunControl.NONE);
    }

    /** See {@link EmbeddingRun#classify}. */
    public float[] classified() {
      return run.classified(place, RunControl.NONE);
    }
  }

  /** Whether there are texts that were not given yet. */
  public boolean hasMore() {
    return given < count;
  }

  /**
   * Computes a step, where there is no text that was computed and not given yet.
   *
   * @return the next text, or null where it takes another step
   * @throws io.wasmchord.errors.InvalidRequestException as the tokens' function, or when a later
   *     request has taken the session's cache
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public @Nullable Text step(RunControl control) {
    control.check();
    EmbeddingRun current = run == null ? begin() : run;
    run = current;
    computed = computed || !current.step(control);
    if (!computed) {
      return null;
    }
    current.close(); // its states are on the heap
    Text text = new Text(given, current, place);
    given++;
    place++;
    if (place == current.texts()) {
      run = null;
      computed = false;
      place = 0;
    }
    return text;
  }

  /**
   * The next text.
   *
   * @throws io.wasmchord.errors.InvalidRequestException as {@link #step}
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it or the thread
   *     is interrupted, which it stays
   */
  public Text next(RunControl control) {
    while (true) {
      Text text = step(control);
      if (text != null) {
        return text;
      }
    }
  }

  private EmbeddingRun begin() {
    List<int[]> texts = new ArrayList<>();
    while (!ahead.isEmpty() || next < count) {
      if (ahead.isEmpty()) {
        ahead.add(tokens.apply(next));
        next++;
      }
      if (!texts.isEmpty() && !embedder.together(texts, ahead.getFirst())) {
        break;
      }
      texts.add(ahead.removeFirst());
    }
    return embedder.start(texts, options);
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
  }
}
