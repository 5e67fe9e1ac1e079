package io.wasmchord.session;

import io.wasmchord.sampling.Likely;
import io.wasmchord.sampling.Logits;
import java.util.Arrays;
import java.util.List;

/** How likely each token of a prompt was after those before it. */
final class PromptScores {
  private final int most;
  private final TokenScore[] scores;
  private boolean told;

  /**
   * @param prompt how many tokens it has
   * @param most how many likely tokens are named beside each
   */
  PromptScores(int prompt, int most) {
    this.most = most;
    this.scores = new TokenScore[prompt];
  }

  /** Scores the tokens that come after those of some rows. */
  void score(Session session, float[] logits, int position) {
    int vocabulary = session.model().config().vocabulary();
    for (int row = 0; row < logits.length / vocabulary; row++) {
      int from = row * vocabulary;
      int at = position + row + 1;
      int token = session.sequence()[at];
      Logits.check(Arrays.copyOfRange(logits, from, from + session.tokens()), at);
      List<Likely> scored = AnswerScores.scored(logits, from, session.tokens(), token, most);
      scores[at] = TokenScore.of(scored, session.tokenizer(), shown(session, token));
    }
  }

  /** Tells the listener of all, once. */
  void tell(Session session, TokenListener listener) {
    if (!told) {
      told = true;
      int first = session.sequence()[0];
      List<Likely> nothing = List.of(new Likely(first, Double.NaN));
      scores[0] = TokenScore.of(nothing, session.tokenizer(), shown(session, first));
      listener.onPrompt(List.of(scores));
    }
  }

  private static boolean shown(Session session, int token) {
    return session.tokenizer().bytes(token, false).length > 0;
  }
}
