package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.TokenConstraint;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a session knows of the languages of its answers: the last few are kept. */
final class Constraints {
  private static final int KEPT = 4;

  private record Vocabulary(Set<Integer> ends, Set<Integer> marks) {}

  private final Tokenizer tokenizer;
  private final LinkedHashMap<Language, TokenConstraint> known =
      new LinkedHashMap<>(8, 0.75f, true);
  private @Nullable Vocabulary vocabulary; // of all that are known
  private @Nullable TokenBytes bytes;

  Constraints(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** An answer in the making, or null where it may be any text. */
  @Nullable ConstraintState start(GenerationOptions options) {
    Language language = options.language();
    if (language == null) {
      return null;
    }
    Vocabulary wanted = new Vocabulary(options.ends(), options.marks());
    TokenBytes tokens = bytes;
    if (tokens == null || !wanted.equals(vocabulary)) {
      known.clear();
      tokens = TokenBytes.of(tokenizer, wanted.ends(), wanted.marks());
      bytes = tokens;
      vocabulary = wanted;
    }
    TokenConstraint constraint = known.get(language);
    if (constraint == null) {
      constraint = new TokenConstraint(language, tokens);
      known.put(language, constraint);
      if (known.size() > KEPT) {
        Iterator<Language> oldest = known.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    return constraint.start();
  }
}
