package io.wasmchord.evaluation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.LogSoftmax;
import io.wasmchord.sampling.Logits;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.session.Requirements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model that is fed the tokens of windows, whatever it would have chosen itself. */
final class ForcedDecoding implements AutoCloseable {
  private final Model model;
  private final KvCache cache;
  private final int tokens; // ids that are tokens
  private int[] window = {};
  private int at;

  /**
   * @param tokens how many of the logits are of tokens
   * @param context the longest window
   */
  ForcedDecoding(Model model, int tokens, int context, KvType type) {
    model.config().requireDecoder();
    if (model.config().stacks().decodes()) {
      throw new InvalidRequestException(
          "an encoder reads this model's texts; perplexity is of models that are decoders alone");
    }
    Requirements.contextLength(model.config(), context);
    this.model = model;
    this.tokens = tokens;
    this.cache = model.newCache(context, type);
  }

  /** Rows of logits that may be wanted at once. */
  int most() {
    return GreedyLogits.batch(model);
  }

  /** Feeds the tokens of a window before {@code first}. */
  void begin(int[] next, int first, RunControl control) {
    window = next;
    for (at = 0; at < first; ) {
      control.check();
      int n = Math.min(model.maxBatch(), first - at);
      feed(n, Model.Wanted.NONE);
    }
  }

  /** Feeds {@code n} more; what may come after each. */
  List<LogSoftmax> next(int n) {
    int position = at;
    float[] logits = feed(n, Model.Wanted.ALL);
    int vocabulary = model.config().vocabulary();
    List<LogSoftmax> rows = new ArrayList<>();
    for (int row = 0; row < n; row++) {
      float[] own = Arrays.copyOfRange(logits, row * vocabulary, row * vocabulary + tokens);
      Logits.check(own, position + row + 1);
      rows.add(new LogSoftmax(own, 0, tokens));
    }
    return rows;
  }

  private float[] feed(int n, Model.Wanted wanted) {
    int from = at;
    at += n;
    return model.forward(Arrays.copyOfRange(window, from, at), from, cache, wanted);
  }

  @Override
  public void close() {
    model.release(cache);
  }
}
