package io.wasmchord.session;

import io.wasmchord.sampling.Likely;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A token of a text and how likely it was.
 *
 * @param bytes what it stands for; of a control token its name
 * @param shown whether it is part of the text
 * @param logprob the natural logarithm of its probability, minus infinity for 0; NaN for the first
 *     token of a prompt, before which there is nothing
 * @param likely the most likely tokens in its place, if they were asked for, without others beside
 *     them
 */
public record TokenScore(
    int id, byte[] bytes, boolean shown, double logprob, List<TokenScore> likely) {
  public TokenScore {
    likely = List.copyOf(likely);
  }

  /**
   * @param scored the token itself is the last of these
   */
  static TokenScore of(List<Likely> scored, Tokenizer tokenizer, boolean shown) {
    List<TokenScore> likely = new ArrayList<>();
    for (Likely one : scored.subList(0, scored.size() - 1)) {
      byte[] bytes = tokenizer.bytes(one.id(), true);
      likely.add(new TokenScore(one.id(), bytes, true, one.logprob(), List.of()));
    }
    Likely token = scored.getLast();
    return new TokenScore(
        token.id(), tokenizer.bytes(token.id(), true), shown, token.logprob(), likely);
  }
}
