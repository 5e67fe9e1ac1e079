package io.wasmchord.session;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.TokenConstraint;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the languages of answers, for all sessions with a tokenizer: the last few are
 * kept. Safe for concurrent use.
 */
final class Constraints {
  private static final int KEPT = 8;
  private static final int KEPT_VOCABULARIES = 2; // such as a chat's and a text's

  private record Marks(Set<Integer> ends, Set<Integer> marks) {}

  private record Held(Language language, Marks marks) {}

  private final Tokenizer tokenizer;
  private final LinkedHashMap<Held, TokenConstraint> known = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<Marks, TokenBytes> vocabularies = new LinkedHashMap<>(4, 0.75f, true);

  private Constraints(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Those of a tokenizer. */
  static Constraints of(Tokenizer tokenizer) {
    return tokenizer.derived(Constraints.class, () -> new Constraints(tokenizer));
  }

  /** An answer in the making, or null where it may be any text. */
  @Nullable ConstraintState start(GenerationOptions options) {
    Language language = options.language();
    return language == null
        ? null
        : constraint(language, new Marks(options.ends(), options.marks())).start();
  }

  private synchronized TokenConstraint constraint(Language language, Marks marks) {
    return kept(
        known,
        new Held(language, marks),
        KEPT,
        () ->
            new TokenConstraint(
                language,
                kept(
                    vocabularies,
                    marks,
                    KEPT_VOCABULARIES,
                    () -> TokenBytes.of(tokenizer, marks.ends(), marks.marks()))));
  }

  /** What is kept under a key, or is made and kept instead of the one that was used longest ago. */
  private static <K, V> V kept(LinkedHashMap<K, V> all, K key, int most, Supplier<V> make) {
    V found = all.get(key);
    if (found == null) {
      found = make.get();
      all.put(key, found);
      if (all.size() > most) {
        Map.Entry<K, V> oldest = all.entrySet().iterator().next();
        all.remove(oldest.getKey());
      }
    }
    return found;
  }
}
