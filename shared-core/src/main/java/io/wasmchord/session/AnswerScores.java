package io.wasmchord.session;

import io.wasmchord.sampling.Likely;
import io.wasmchord.sampling.LogSoftmax;
import io.wasmchord.sampling.SamplerChain;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells how likely the tokens of an answer were, where that is wanted. */
final class AnswerScores {
  private final @Nullable ScoreOptions options;
  private final Tokenizer tokenizer;
  private float[] logits = {}; // the model's, of the token that comes next

  AnswerScores(@Nullable ScoreOptions options, Tokenizer tokenizer) {
    this.options = options;
    this.tokenizer = tokenizer;
  }

  boolean wanted() {
    return options != null;
  }

  /** Sees what the model gives, before anything is done to it. */
  void see(float[] model, int tokens) {
    if (options != null) {
      logits = Arrays.copyOf(model, tokens);
    }
  }

  /**
   * Tells the listener of the token that came.
   *
   * @param chain that chose it, or null where it was the only way on
   * @param shown whether it is part of the text
   */
  void tell(int token, @Nullable SamplerChain chain, boolean shown, TokenListener listener) {
    if (options == null) {
      return;
    }
    List<Likely> scored;
    if (!options.afterSamplers()) {
      scored = scored(logits, 0, logits.length, token, options.most());
    } else if (chain != null) {
      scored = chain.left(token, options.most());
    } else {
      Likely certain = new Likely(token, 0);
      scored = options.most() == 0 ? List.of(certain) : List.of(certain, certain);
    }
    listener.onScore(TokenScore.of(scored, tokenizer, shown));
  }

  /** The most likely tokens of a row of logits, and {@code token} at the end. */
  static List<Likely> scored(float[] logits, int from, int count, int token, int most) {
    LogSoftmax softmax = new LogSoftmax(logits, from, count);
    List<Likely> scored = new ArrayList<>();
    for (int id : softmax.best(most)) {
      scored.add(new Likely(id, softmax.of(id)));
    }
    scored.add(new Likely(token, token < count ? softmax.of(token) : Double.NEGATIVE_INFINITY));
    return scored;
  }
}
