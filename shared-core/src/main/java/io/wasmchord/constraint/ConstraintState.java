package io.wasmchord.constraint;

import io.wasmchord.constraint.automaton.Stacks;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.sampling.Constraint;
import java.util.Arrays;

/** One text in the making, for one thread. */
public final class ConstraintState implements Constraint {
  private final TokenConstraint constraint;
  private final long[] bits;
  private Stacks at;
  private boolean ended;

  ConstraintState(TokenConstraint constraint, Stacks at) {
    this.constraint = constraint;
    this.at = at;
    this.bits = new long[vocabulary().words()];
  }

  private TokenBytes vocabulary() {
    return constraint.vocabulary();
  }

  /** Another text that begins as this does. */
  public ConstraintState copy() {
    ConstraintState copy = new ConstraintState(constraint, at);
    copy.ended = ended;
    return copy;
  }

  /**
   * Sets a bit for each token that may come, and clears all others.
   *
   * @param mask a bit for each token of the vocabulary
   */
  public void mask(long[] mask) {
    if (ended) {
      Arrays.fill(mask, 0, bits.length, 0);
    } else {
      constraint.mask(at, mask);
    }
  }

  @Override
  public void mask(float[] logits) {
    mask(bits);
    int tokens = Math.min(logits.length, vocabulary().size());
    for (int w = 0; w < bits.length; w++) {
      int from = 64 * w;
      int to = Math.min(from + 64, tokens);
      if (bits[w] == 0) {
        Arrays.fill(logits, Math.min(from, tokens), to, Float.NEGATIVE_INFINITY);
      } else if (bits[w] != -1L) {
        for (int id = from; id < to; id++) {
          if ((bits[w] >>> id & 1) == 0) {
            logits[id] = Float.NEGATIVE_INFINITY;
          }
        }
      }
    }
    Arrays.fill(logits, tokens, logits.length, Float.NEGATIVE_INFINITY);
  }

  /** Whether a token may come. */
  public boolean allows(int token) {
    if (ended || token < 0 || token >= vocabulary().size()) {
      return false;
    }
    if (vocabulary().ends().contains(token)) {
      return isComplete();
    }
    byte[] bytes = vocabulary().bytes(token);
    return bytes.length > 0 && !constraint.after(at, bytes).isDead();
  }

  /** Goes on by a token. After one that is not allowed nothing is. */
  @Override
  public void accept(int token) {
    if (vocabulary().ends().contains(token)) {
      ended = true;
    } else {
      accept(vocabulary().bytes(token));
    }
  }

  /** Goes on by bytes. */
  public void accept(byte[] bytes) {
    at = constraint.after(at, bytes);
  }

  /** Whether the text may end here. */
  public boolean isComplete() {
    return at.isComplete();
  }

  /** Whether the text must end here: nothing may follow. */
  public boolean isFinished() {
    return at.isComplete() && at.size() == 0;
  }

  /** Whether nothing may come, not even the end: something came that is not allowed. */
  public boolean isDead() {
    return at.isDead();
  }

  /** The longest stretch of bytes that is the only way on; empty where there is a choice. */
  public byte[] forced() {
    return constraint.forced(at);
  }
}
