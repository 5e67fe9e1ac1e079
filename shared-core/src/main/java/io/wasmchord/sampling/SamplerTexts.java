package io.wasmchord.sampling;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What texts in options mean in a model's vocabulary. Safe for one thread at a time. */
public final class SamplerTexts {
  private static final int LONGEST_REST = 20; // tokens of a sequence behind its first

  private final Vocabulary vocabulary;
  private List<String> lastTexts = List.of();
  private @Nullable Breakers last; // looking for them goes through all tokens

  /** The tokens of a model. */
  public interface Vocabulary {
    /** How many there are. */
    int size();

    /** What a token stands for in text. */
    byte[] bytes(int id);

    /** The tokens that spell a text, and nothing around them. */
    int[] tokens(String text);
  }

  public SamplerTexts(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  int size() {
    return vocabulary.size();
  }

  int[] tokens(String text) {
    return vocabulary.tokens(text);
  }

  /**
   * The sequences of tokens that spell one of {@code texts}, whatever the first and last of them
   * spell around it.
   */
  Breakers breakers(List<String> texts) {
    Breakers known = last;
    if (known == null || !texts.equals(lastTexts)) {
      known = find(texts);
      last = known;
      lastTexts = List.copyOf(texts);
    }
    return known;
  }

  private Breakers find(List<String> texts) {
    Map<Integer, List<int[]>> all = new HashMap<>();
    List<byte[]> wanted = texts.stream().map(SamplerTexts::utf8).toList();
    for (int id = 0; id < vocabulary.size(); id++) {
      byte[] token = vocabulary.bytes(id);
      for (byte[] text : wanted) {
        for (int[] rest : rests(token, text)) {
          List<int[]> known = all.computeIfAbsent(id, key -> new ArrayList<>());
          if (known.stream().noneMatch(one -> Arrays.equals(one, rest))) {
            known.add(rest);
          }
        }
      }
    }
    return new Breakers(all);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What must follow a token so that both spell the text: nothing where the token does alone. */
  private List<int[]> rests(byte[] token, byte[] text) {
    List<int[]> rests = new ArrayList<>();
    for (int at = 0; at < token.length; at++) {
      int held = Math.min(token.length - at, text.length);
      if (!Arrays.equals(token, at, at + held, text, 0, held)) {
        continue;
      }
      if (held == text.length) {
        return List.of(new int[0]);
      }
      int[] rest =
          vocabulary.tokens(new String(text, held, text.length - held, StandardCharsets.UTF_8));
      rests.add(Arrays.copyOf(rest, Math.min(rest.length, LONGEST_REST)));
    }
    return rests;
  }
}
