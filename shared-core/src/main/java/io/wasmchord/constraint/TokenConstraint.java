package io.wasmchord.constraint;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Stacks;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.constraint.vocabulary.TokenMasks;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of a vocabulary that lead to a language's texts. Safe for concurrent use: what one
 * text finds out, others need not.
 */
public final class TokenConstraint {
  private static final int MOST_FORCED = 1 << 12;

  private final TokenBytes vocabulary;
  private final Automaton automaton;
  private final TokenMasks masks;

  /** A constraint of texts to {@code language}. */
  public TokenConstraint(Language language, TokenBytes vocabulary) {
    this.vocabulary = vocabulary;
    this.automaton = new Automaton(language.root());
    this.masks = new TokenMasks(vocabulary, automaton);
  }

  /** A text in the making. */
  public ConstraintState start() {
    return new ConstraintState(this, begin());
  }

  TokenBytes vocabulary() {
    return vocabulary;
  }

  private synchronized Stacks begin() {
    return automaton.start();
  }

  /** Adds a bit for each token that may come. */
  synchronized void mask(Stacks at, long[] bits) {
    System.arraycopy(masks.mask(at), 0, bits, 0, vocabulary.words());
    if (at.isComplete()) {
      vocabulary.ends().forEach(id -> bits[id >> 6] |= 1L << id);
    }
  }

  /** The place after {@code bytes}. */
  synchronized Stacks after(Stacks at, byte[] bytes) {
    Stacks next = at;
    for (byte b : bytes) {
      next = automaton.step(next, b & 0xFF);
    }
    return next;
  }

  synchronized byte[] forced(Stacks at) {
    List<Byte> bytes = new ArrayList<>();
    Stacks next = at;
    int b = automaton.forced(next);
    while (b >= 0 && bytes.size() < MOST_FORCED) {
      bytes.add((byte) b);
      next = automaton.step(next, b);
      b = automaton.forced(next);
    }
    byte[] all = new byte[bytes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes.get(i);
    }
    return all;
  }
}
