package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Families whose answers consist of messages, each with a head of its own. */
enum MessageFormat {
  /** gpt-oss. */
  HARMONY(HarmonyReader.MARKERS) {
    @Override
    boolean namedIn(String template) {
      return template.contains(HarmonyReader.START)
          && template.contains(HarmonyReader.CHANNEL)
          && template.contains(HarmonyReader.MESSAGE);
    }

    @Override
    MessageReader reader(String prompt, Map<Integer, String> marks, MessageBodies bodies) {
      int at = prompt.lastIndexOf(TURN);
      String begun = at < 0 ? "" : prompt.substring(at + TURN.length());
      boolean over = ENDS.stream().anyMatch(begun::contains);
      return new HarmonyReader(marks, over ? "" : begun, bodies);
    }

    @Override
    String answerOpening() {
      return HarmonyReader.CHANNEL + "final" + HarmonyReader.MESSAGE;
    }
  },

  /** Functionary 3.2. */
  RECIPIENTS(List.of()) {
    @Override
    boolean namedIn(String template) {
      return template.contains(RecipientReader.MARKER + "all")
          || template.contains(RecipientReader.MARKER + "${recipient}");
    }

    @Override
    MessageReader reader(String prompt, Map<Integer, String> marks, MessageBodies bodies) {
      return new RecipientReader(prompt.endsWith(RecipientReader.MARKER), bodies);
    }

    @Override
    String answerOpening() {
      throw new InvalidRequestException(
          "this model's answers cannot be constrained: they may be to several recipients; ask in a"
              + " message for the form that you want");
    }
  };

  private static final String TURN = HarmonyReader.START + "assistant";
  private static final List<String> ENDS = List.of("<|end|>", "<|return|>", "<|call|>");

  /** Tokens at a prompt's end that can begin an answer. */
  private static final int TAIL = 64;

  private final List<String> markers;

  MessageFormat(List<String> markers) {
    this.markers = markers;
  }

  /** The format of a model that is asked through {@code template}, or null where it has none. */
  static @Nullable MessageFormat detect(String template) {
    return Stream.of(values()).filter(f -> f.namedIn(template)).findFirst().orElse(null);
  }

  /** Whether a model that is asked through {@code template} answers so. */
  abstract boolean namedIn(String template);

  /**
   * What reads an answer.
   *
   * @param prompt the end of the prompt, as a text
   * @param marks the markers that are control tokens
   */
  abstract MessageReader reader(String prompt, Map<Integer, String> marks, MessageBodies bodies);

  /**
   * What comes before the text that is the answer.
   *
   * @throws InvalidRequestException when that is not one text
   */
  abstract String answerOpening();

  /** What reads the answer to {@code prompt}. */
  MessageReader reader(int[] prompt, Tokenizer tokenizer, MessageBodies bodies) {
    int[] tail = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - TAIL), prompt.length);
    return reader(tokenizer.decode(tail, true), marks(tokenizer), bodies);
  }

  /** The markers that are control tokens, which give no text: ids and spellings. */
  Map<Integer, String> marks(Tokenizer tokenizer) {
    Map<Integer, String> marks = new LinkedHashMap<>();
    for (String text : markers) {
      int id = tokenizer.controlAt(text, 0);
      if (id >= 0 && tokenizer.piece(id).equals(text)) {
        marks.put(id, text);
      }
    }
    return marks;
  }
}
