package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.tags.Preamble;
import io.wasmchord.constraint.tags.Tag;
import io.wasmchord.constraint.tags.TaggedText;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
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
      return new HarmonyReader(marks, begun(prompt), bodies);
    }

    private static String begun(String prompt) {
      int at = prompt.lastIndexOf(TURN);
      String begun = at < 0 ? "" : prompt.substring(at + TURN.length());
      boolean over = ENDS.stream().anyMatch(begun::contains);
      return over ? "" : begun;
    }

    @Override
    Frame answer(Frame language, boolean opened, Spelling spelling) {
      String end =
          spelling.of(HarmonyReader.CHANNEL) + "final" + spelling.of(HarmonyReader.MESSAGE);
      return Preamble.begun(end, language);
    }

    @Override
    boolean opens(String prompt) {
      return !begun(prompt).isEmpty();
    }

    @Override
    Frame calls(CallFrames calls, boolean opened, boolean required, @Nullable Frame otherwise) {
      return new HarmonyCalls(
              calls, required ? null : otherwise == null ? Frames.ANYTHING : otherwise)
          .frame(opened);
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
    Frame answer(Frame language, boolean opened, Spelling spelling) {
      return Frames.inOrder(Frames.text(RecipientReader.toAll(opened)), language);
    }

    @Override
    boolean opens(String prompt) {
      return prompt.endsWith(RecipientReader.MARKER);
    }

    @Override
    Frame calls(CallFrames calls, boolean opened, boolean required, @Nullable Frame otherwise) {
      List<Tag> tags = new ArrayList<>();
      List<Frame> bodies = new ArrayList<>();
      for (ToolSchema tool : calls.tools()) {
        String head = CallFrames.plainName(tool) + "\n";
        tags.add(new Tag(RecipientReader.MARKER + head, calls.json(tool), ""));
        bodies.add(Frames.inOrder(Frames.text(head), calls.json(tool)));
      }
      Frame marker = Frames.text(RecipientReader.MARKER);
      Frame all =
          Frames.several(Frames.oneOf(bodies), Frames.inOrder(Frames.BLANK, marker), calls.most());
      Frame alone = opened ? all : Frames.inOrder(marker, all);
      if (required) {
        return alone;
      }
      Frame text =
          otherwise == null
              ? new TaggedText(tags, List.of(RecipientReader.MARKER), false, calls.most() == 1)
                  .frame()
              : otherwise;
      return Frames.oneOf(List.of(alone, answer(text, opened, calls.spelling())));
    }
  };

  private static final String TURN = HarmonyReader.START + HarmonyReader.SELF;
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

  /** Whether {@code prompt} has begun a message of the answer. */
  abstract boolean opens(String prompt);

  /**
   * An answer of a language; reasoning before it is free.
   *
   * @param opened whether the prompt has begun a message
   */
  abstract Frame answer(Frame language, boolean opened, Spelling spelling);

  /**
   * An answer that may call tools, as its family writes calls; reasoning before it is free.
   *
   * @param required whether it must
   * @param otherwise what it is if it calls none, or null for any text
   */
  abstract Frame calls(
      CallFrames calls, boolean opened, boolean required, @Nullable Frame otherwise);

  /** What reads the answer to {@code prompt}. */
  MessageReader reader(int[] prompt, Tokenizer tokenizer, MessageBodies bodies) {
    return reader(tail(prompt, tokenizer), marks(tokenizer), bodies);
  }

  private static String tail(int[] prompt, Tokenizer tokenizer) {
    int[] tail = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - TAIL), prompt.length);
    return tokenizer.decode(tail, true);
  }

  /** Whether {@code prompt} has begun a message of the answer. */
  boolean opens(int[] prompt, Tokenizer tokenizer) {
    return opens(tail(prompt, tokenizer));
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
