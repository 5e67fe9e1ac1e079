package io.wasmchord.session;

import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.Likely;
import io.wasmchord.sampling.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Feeds a prompt, and tells how likely each of its tokens was after those before it. */
final class PromptScores {
  private final int prompt; // tokens
  private final int most;
  private final TokenScore[] scores;
  private boolean told;

  /**
   * @param most how many likely tokens are named beside each
   */
  PromptScores(int prompt, int most) {
    this.prompt = prompt;
    this.most = most;
    this.scores = new TokenScore[prompt];
  }

  /** Feeds a batch, but never the last token; whether there was one. */
  boolean step(Session session, TokenListener listener, RunControl control) {
    if (told) {
      return false;
    }
    session.resume(control);
    int from = session.cached();
    if (from < prompt - 1) {
      float[] logits = session.feedAll(prompt - 1, control);
      score(session, logits, from);
      return true;
    }
    told = true;
    int first = session.sequence()[0];
    scores[0] =
        TokenScore.of(
            List.of(new Likely(first, Double.NaN)), session.tokenizer(), shown(session, first));
    listener.onPrompt(new ArrayList<>(Arrays.asList(scores)));
    return false;
  }

  private void score(Session session, float[] logits, int from) {
    int vocabulary = session.vocabulary();
    for (int row = 0; row < logits.length / vocabulary; row++) {
      int at = from + row + 1;
      int token = session.sequence()[at];
      Logits.check(
          Arrays.copyOfRange(logits, row * vocabulary, row * vocabulary + session.tokens()), at);
      scores[at] =
          TokenScore.of(
              AnswerScores.scored(logits, row * vocabulary, session.tokens(), token, most),
              session.tokenizer(),
              shown(session, token));
    }
  }

  private static boolean shown(Session session, int token) {
    return session.tokenizer().bytes(token, false).length > 0;
  }
}
