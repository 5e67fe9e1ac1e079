package io.wasmchord.evaluation;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.math.DoubleMath;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.LogSoftmax;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures a model on texts. Nothing is chosen: the text's own tokens are fed. Each call takes a
 * cache of its own, of a window's size, and gives it back.
 */
public final class Evaluator {
  private final Model model;
  private final Tokenizer tokenizer;
  private final KvType cacheType;

  public Evaluator(Model model, Tokenizer tokenizer, KvType cacheType) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.cacheType = cacheType;
  }

  /** Windows of a text. */
  public Windows windows(String text, Windows.Options options) {
    return Windows.of(tokenizer.encode(text, true, false), tokenizer, options);
  }

  /** How many tokens the model tells apart. */
  public int tokens() {
    return Math.min(model.config().tokens(), tokenizer.size());
  }

  /** What is told while the windows are read. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param windows how many were read
     * @param soFar of their scored tokens
     */
    void after(int windows, Perplexity soFar);
  }

  /**
   * The perplexity of a text.
   *
   * @throws io.wasmchord.errors.EmbeddingOnlyException when the model has no logits
   * @throws InvalidRequestException when the windows are longer than what the model was trained for
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public Perplexity perplexity(Windows windows, Progress progress, RunControl control) {
    return read(windows, progress, control, row -> {});
  }

  /**
   * The same, and writes the scored tokens' distributions as a {@link LogitsFile}.
   *
   * @param sink takes the file's bytes in their order
   */
  public Perplexity save(
      Windows windows, Consumer<byte[]> sink, Progress progress, RunControl control) {
    sink.accept(LogitsFile.head(windows, tokens()));
    return read(windows, progress, control, row -> sink.accept(LogitsFile.row(row, tokens())));
  }

  private Perplexity read(
      Windows windows, Progress progress, RunControl control, Consumer<LogSoftmax> each) {
    Statistic surprises = new Statistic();
    try (ForcedDecoding decoding = decoding(windows)) {
      walk(
          windows,
          decoding,
          control,
          new Scored() {
            @Override
            public void rows(List<LogSoftmax> rows, int[] window, int at) {
              for (int i = 0; i < rows.size(); i++) {
                surprises.add(-rows.get(i).of(window[at + i + 1]));
                each.accept(rows.get(i));
              }
            }

            @Override
            public void end(int read) {
              progress.after(read, Perplexity.of(surprises));
            }
          });
    }
    return Perplexity.of(surprises);
  }

  /** How the model differs from what a file says of the file's own windows. */
  public Comparison compare(LogitsFile file, Progress progress, RunControl control) {
    return compare(file.windows(), file.reference(), progress, control);
  }

  /**
   * How the model differs from another one of the same vocabulary, or from itself on another
   * backend.
   *
   * @throws InvalidRequestException when the vocabularies differ
   */
  public Comparison compare(
      Windows windows, Evaluator other, Progress progress, RunControl control) {
    requireSameVocabulary(other);
    try (ForcedDecoding decoding = other.decoding(windows)) {
      return compare(windows, new Decoded(decoding, windows.first()), progress, control);
    }
  }

  private void requireSameVocabulary(Evaluator other) {
    int same = 0;
    int both = Math.min(tokens(), other.tokens());
    while (same < both && tokenizer.piece(same).equals(other.tokenizer.piece(same))) {
      same++;
    }
    if (same < both || tokens() != other.tokens()) {
      throw new InvalidRequestException(
          "the two models have different vocabularies: "
              + tokens()
              + " and "
              + other.tokens()
              + " tokens, the first "
              + same
              + " alike; compare models of one family");
    }
  }

  private Comparison compare(
      Windows windows, Reference reference, Progress progress, RunControl control) {
    Compared compared = new Compared(windows, reference, progress, control, tokens());
    try (ForcedDecoding decoding = decoding(windows)) {
      walk(windows, decoding, control, compared);
    }
    return compared.comparison();
  }

  private ForcedDecoding decoding(Windows windows) {
    return new ForcedDecoding(model, tokens(), windows.context(), cacheType);
  }

  /** Hears of rows of logits. */
  private interface Scored {
    /** Before a window's first row. */
    default void begin(int window, int[] tokens) {}

    /**
     * @param at the place of the first row's token in the window
     */
    void rows(List<LogSoftmax> rows, int[] window, int at);

    /** After so many windows. */
    void end(int read);
  }

  private static void walk(
      Windows windows, ForcedDecoding decoding, RunControl control, Scored scored) {
    for (int w = 0; w < windows.count(); w++) {
      int[] window = windows.window(w);
      int last = windows.context() - 1;
      decoding.begin(window, windows.first(), control);
      scored.begin(w, window);
      for (int at = windows.first(); at < last; ) {
        control.check();
        int n = Math.min(decoding.most(), last - at);
        scored.rows(decoding.next(n), window, at);
        at += n;
        control.progress("evaluate", (long) w * last + at, (long) windows.count() * last);
      }
      scored.end(w + 1);
    }
  }

  /** Another model's distributions. */
  private record Decoded(ForcedDecoding decoding, int first) implements Reference {
    @Override
    public void begin(int window, int[] tokens, RunControl control) {
      decoding.begin(tokens, first, control);
    }

    @Override
    public List<Row> next(int count) {
      List<Row> rows = new ArrayList<>();
      for (int left = count; left > 0; ) {
        int n = Math.min(left, decoding.most());
        decoding.next(n).forEach(row -> rows.add(new OfModel(row)));
        left -= n;
      }
      return rows;
    }
  }

  private record OfModel(LogSoftmax softmax) implements Reference.Row {
    @Override
    public double of(int id) {
      return softmax.of(id);
    }

    @Override
    public int best() {
      return softmax.best();
    }
  }

  private static final class Compared implements Scored {
    private final Windows windows;
    private final Reference reference;
    private final Progress progress;
    private final RunControl control;
    private final int tokens;
    private final Statistic surprises = new Statistic();
    private final Statistic references = new Statistic();
    private final Statistic divergences = new Statistic();
    private int agreed;

    Compared(
        Windows windows, Reference reference, Progress progress, RunControl control, int tokens) {
      this.windows = windows;
      this.reference = reference;
      this.progress = progress;
      this.control = control;
      this.tokens = tokens;
    }

    @Override
    public void begin(int window, int[] ids) {
      reference.begin(window, ids, control);
    }

    @Override
    public void rows(List<LogSoftmax> rows, int[] window, int at) {
      List<Reference.Row> base = reference.next(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        int next = window[at + i + 1];
        surprises.add(-rows.get(i).of(next));
        references.add(base.get(i).surprise(next));
        divergences.add(divergence(base.get(i), rows.get(i)));
        agreed += base.get(i).best() == rows.get(i).best() ? 1 : 0;
      }
    }

    private double divergence(Reference.Row base, LogSoftmax row) {
      double sum = 0;
      for (int id = 0; id < tokens; id++) {
        double logprob = base.of(id);
        double p = DoubleMath.exp(logprob);
        sum += p > 0 ? p * (logprob - row.of(id)) : 0;
      }
      return sum;
    }

    @Override
    public void end(int read) {
      progress.after(read, Perplexity.of(surprises));
    }

    Comparison comparison() {
      return new Comparison(
          Perplexity.of(surprises),
          Perplexity.of(references),
          Comparison.Divergence.of(divergences),
          (double) agreed / Math.max(1, windows.count() * windows.scored()));
    }
  }
}
