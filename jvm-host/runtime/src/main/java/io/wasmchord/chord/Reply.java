package io.wasmchord.chord;

import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chat.Message;
import io.wasmchord.session.GenerationResult;
import java.util.List;

/**
 * An answer.
 *
 * @param text what it says; beside its calls, where some are left
 * @param reasoning what was thought before, or an empty text
 * @param calls of tools that have no function here: whoever asked answers them, with {@link
 *     NamedToolCall#result}
 * @param messages the conversation with the answer, and with what tools said before it
 * @param last why the last answer ended, its tokens and times
 */
public record Reply(
    String text,
    String reasoning,
    List<NamedToolCall> calls,
    List<Message> messages,
    GenerationResult last) {
  public Reply {
    calls = List.copyOf(calls);
    messages = List.copyOf(messages);
  }

  /** The conversation goes on. */
  public Chat then(String question) {
    return Chat.of(messages).user(question);
  }
}
