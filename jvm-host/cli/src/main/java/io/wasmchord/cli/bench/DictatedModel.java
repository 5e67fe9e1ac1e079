package io.wasmchord.cli.bench;

import io.wasmchord.backend.KvCache;
import io.wasmchord.model.ForwardingModel;
import io.wasmchord.model.Model;
import java.util.Arrays;

/**
 * A model that computes as the one behind it, and then finds a given text the most likely: so what
 * an answer costs can be measured on models that would not write it.
 */
final class DictatedModel extends ForwardingModel {
  private static final float LARGEST = 1e9f;

  private final int[] sequence;

  /**
   * @param sequence prompt and answer
   */
  DictatedModel(Model model, int[] sequence) {
    super(model);
    this.sequence = sequence;
  }

  private int next(int position) {
    return sequence[Math.min(position + 1, sequence.length - 1)];
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    float[] logits = model().forward(tokens, position, cache, wanted);
    int vocabulary = config().vocabulary();
    int rows = logits.length / vocabulary;
    for (int row = 0; row < rows; row++) {
      logits[row * vocabulary + next(position + tokens.length - rows + row)] = LARGEST;
    }
    return logits;
  }

  @Override
  public Best best(int[] tokens, int position, KvCache cache, int count) {
    Best best = model().best(tokens, position, cache, count);
    return best.logits().length == 0
        ? new Best(next(position + tokens.length - 1), best.logits())
        : best;
  }

  /** Prompt and answer, one after the other. */
  static int[] joined(int[] prompt, int[] answer) {
    int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, all, prompt.length, answer.length);
    return all;
  }
}
