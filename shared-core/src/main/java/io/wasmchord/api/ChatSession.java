package io.wasmchord.api;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation in a session: what has been said stays in the session's cache, and a prompt is fed
 * only from where it differs. For one thread at a time. Requests with tools are {@link
 * ChatCompletionRequest}'s.
 */
public final class ChatSession implements AutoCloseable {
  private final Session session;
  private final ChatFormat format;
  private final Overflow overflow;
  private List<Message> messages;

  /** What becomes of a conversation that has grown longer than its context. */
  @FunctionalInterface
  public interface Overflow {
    /** It is refused. */
    Overflow ERROR =
        (messages, error) -> {
          throw error;
        };

    /**
     * The oldest turn after the instructions goes, as often as needed. What is left is fed again
     * from there on. The last question is never dropped.
     */
    Overflow SLIDE =
        (messages, error) -> {
          int first = 0;
          while (first < messages.size() && instructs(messages.get(first))) {
            first++;
          }
          int next = first + 1;
          while (next < messages.size() && !messages.get(next).role().equals(Role.USER)) {
            next++;
          }
          if (next >= messages.size()) {
            throw error;
          }
          List<Message> rest = new ArrayList<>(messages.subList(0, first));
          rest.addAll(messages.subList(next, messages.size()));
          return rest;
        };

    /**
     * Messages to go on with: fewer, or shorter ones.
     *
     * @throws ContextOverflowException where there are none
     */
    List<Message> shorten(List<Message> messages, ContextOverflowException error);

    private static boolean instructs(Message message) {
      return message.role().equals(Role.SYSTEM) || message.role().equals(Role.DEVELOPER);
    }
  }

  /**
   * @param session closed with this
   * @param format how its model is asked
   * @param messages what was said so far
   */
  public ChatSession(
      Session session, ChatFormat format, List<Message> messages, Overflow overflow) {
    this.session = session;
    this.format = format;
    this.overflow = overflow;
    this.messages = new ArrayList<>(messages);
  }

  /** What was said so far. */
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  /** The session that it is in: how many tokens are used of how many, and the cache's bytes. */
  public Session session() {
    return session;
  }

  /** Adds messages that are not to be answered yet. */
  public void append(List<Message> more) {
    messages.addAll(more);
  }

  /**
   * Keeps the first messages.
   *
   * @throws InvalidRequestException when there are not so many
   */
  public void rewind(int count) {
    if (count < 0 || count > messages.size()) {
      throw new InvalidRequestException(
          "the conversation has " + messages.size() + " messages, and cannot keep " + count);
    }
    messages = new ArrayList<>(messages.subList(0, count));
  }

  /** A conversation of its own that begins alike; see {@link Session#copy}. */
  public ChatSession copy() {
    return new ChatSession(session.copy(), format, messages, overflow);
  }

  /** What is to be saved beside the session. */
  public SessionNotes notes() {
    return new SessionNotes(messages, "");
  }

  /**
   * Answers a question. Both are kept once the answer has ended; what is cancelled or fails leaves
   * the conversation as it was.
   *
   * @param listener hears the answer as it comes
   * @throws ContextOverflowException when there is no room, and {@link Overflow} makes none
   */
  public GenerationResult prompt(
      String question, GenerationParams params, AnswerListener listener, RunControl control) {
    List<Message> asked = new ArrayList<>(messages);
    asked.add(new Message(Role.USER, question));
    int[] prompt = format.encode(ChatRequest.of(asked), control);
    while (prompt.length >= session.contextLength()) {
      ContextOverflowException error =
          new ContextOverflowException(prompt.length, session.contextLength());
      asked = new ArrayList<>(overflow.shorten(List.copyOf(asked), error));
      int[] fewer = format.encode(ChatRequest.of(asked), control);
      if (fewer.length >= prompt.length) {
        throw error; // or it would never end
      }
      prompt = fewer;
    }
    ChatCompletionRequest request =
        new ChatCompletionRequest(ChatRequest.of(asked), ChatFormat.AUTO, null, true, params);
    Kept kept = new Kept(listener);
    AnswerReader reader = format.reader(request.chat(), prompt, true, kept);
    GenerationResult result =
        session.generate(prompt, request.options(format, prompt), reader, control);
    reader.end();
    asked.add(new Message(Role.ASSISTANT, kept.text.toString()));
    messages = asked;
    return result;
  }

  /** Keeps the answer's text; reasoning is not part of it. */
  private static final class Kept implements AnswerListener {
    private final AnswerListener listener;
    private final StringBuilder text = new StringBuilder();

    Kept(AnswerListener listener) {
      this.listener = listener;
    }

    @Override
    public boolean onReasoning(String piece) {
      return listener.onReasoning(piece);
    }

    @Override
    public boolean onAnswer(String piece) {
      text.append(piece);
      return listener.onAnswer(piece);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
