package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.tags.Preamble;
import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer of gpt-oss that may call a tool: messages to itself, then a call or the answer. A turn
 * ends with its first call.
 */
final class HarmonyCalls {
  private static final int MOST_MESSAGES = 8; // before the last

  private final CallFrames calls;
  private final Spelling spelling;
  private final @Nullable Frame answer;

  /**
   * @param answer the text of an answer without calls, or null where there must be one
   */
  HarmonyCalls(CallFrames calls, @Nullable Frame answer) {
    this.calls = calls;
    this.spelling = calls.spelling();
    this.answer = answer;
    if (!spelling.isControl(HarmonyReader.CHANNEL) || !spelling.isControl(HarmonyReader.MESSAGE)) {
      throw new InvalidRequestException(
          "calls of tools cannot be enforced here: the markers of this model's messages, such as "
              + HarmonyReader.CHANNEL
              + ", are no control tokens of its vocabulary");
    }
  }

  /**
   * The answer.
   *
   * @param opened whether the prompt has begun a message
   */
  Frame frame(boolean opened) {
    return opened ? further(MOST_MESSAGES) : message(MOST_MESSAGES);
  }

  /** After the text of a message, another one. */
  private Frame further(int rest) {
    String start = spelling.of(HarmonyReader.START) + HarmonyReader.SELF;
    return Preamble.begun(
        spelling.of("<|end|>"), Frames.inOrder(Frames.text(start), message(rest)));
  }

  private Frame message(int rest) {
    List<Frame> options = new ArrayList<>();
    String opened = spelling.of(HarmonyReader.MESSAGE);
    if (rest > 0) {
      options.add(head(HarmonyReader.ANALYSIS + opened, further(rest - 1)));
    }
    for (ToolSchema tool : calls.tools()) {
      Frame json = Frames.perhaps(Frames.text(" " + spelling.of(HarmonyReader.CONSTRAIN) + "json"));
      options.add(
          head(
              "commentary "
                  + HarmonyReader.TO
                  + HarmonyReader.FUNCTIONS
                  + CallFrames.plainName(tool),
              Frames.inOrder(json, Frames.text(opened), calls.json(tool))));
    }
    if (answer != null) {
      options.add(head("final" + opened, answer));
    }
    return Frames.inOrder(spelling.frame(HarmonyReader.CHANNEL), Frames.oneOf(options));
  }

  private static Frame head(String text, Frame then) {
    return Frames.inOrder(Frames.text(text), then);
  }
}
