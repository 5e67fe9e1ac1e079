package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The prompt that an encoder-decoder's answer attends to, and how far its encoder has come. */
final class EncodedPrompt {
  private final Model model;
  private final int steps; // of an encoding
  private int[] prompt = new int[0];
  private @Nullable Encoding encoding; // under way
  private int done; // steps

  EncodedPrompt(Model model) {
    this.model = model;
    this.steps = model.config().stacks().steps();
  }

  /**
   * Begins with a prompt.
   *
   * @param held whether the cache holds what was put there last
   * @return how many of its tokens need not be encoded: all where it is the last one, else none
   */
  int begin(int[] next, boolean held, KvCache cache, RunControl control) {
    boolean same = held && done == steps && Arrays.equals(prompt, next);
    if (same && model.adapters().current(cache)) {
      return next.length;
    }
    prompt = next.clone();
    done = 0;
    try (Model.Turn _ = model.turn(control)) {
      encoding = model.encode(prompt, cache);
    }
    return 0;
  }

  /** Its tokens. */
  int[] prompt() {
    return prompt.clone();
  }

  /**
   * Computes a step, if there is one to compute.
   *
   * @return whether there was
   */
  boolean step(RunControl control) {
    if (encoding == null) {
      return false;
    }
    try (Model.Turn _ = model.turn(control)) {
      boolean more = encoding.step();
      done++;
      encoding = more ? encoding : null;
    }
    return true;
  }

  /** Tokens that count as fed: the encoder takes all of them layer by layer. */
  int fed() {
    return (int) ((long) prompt.length * done / steps);
  }
}
