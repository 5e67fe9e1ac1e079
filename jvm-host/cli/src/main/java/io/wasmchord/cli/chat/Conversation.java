package io.wasmchord.cli.chat;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat in the terminal: what has been said, and how the model is asked for what comes next. */
public final class Conversation {
  private final ChatOptions options;
  private final ChatFormat format;
  private final ChatCompletionRequest request; // without messages
  private final Answers answers;
  private List<Message> messages;

  Conversation(
      ChatOptions options, ChatCompletionRequest request, ChatFormat format, Answers answers) {
    this.options = options;
    this.format = format;
    this.request = request;
    this.answers = answers;
    this.messages = options.opening();
  }

  /** Goes on where another conversation was, if it was one. */
  void goOn(List<Message> said) {
    messages = said.isEmpty() ? messages : new ArrayList<>(said);
  }

  /** What has been said. */
  List<Message> messages() {
    return messages;
  }

  /**
   * The answer to {@code question}; both are kept, unless it was interrupted before it began.
   *
   * @return how it went
   */
  Answers.Outcome ask(String question) {
    return say(new Message(Role.USER, question));
  }

  private Answers.Outcome say(Message message) {
    messages.add(message);
    try {
      ChatCompletionRequest asked = request.with(messages, answers.params().get());
      asked = message.role().equals(Role.TOOL) ? asked.afterCalls() : asked;
      int[] prompt = format.encode(asked.chat());
      AnswerPrinter printer = printer(asked, prompt, answers.out());
      Answers.Outcome outcome = answers.generate(prompt, asked.options(format, prompt), printer);
      if (outcome.interrupted() && !printer.answered()) {
        messages.removeLast();
      } else {
        messages.add(printer.message(ToolCallHistory.named(printer.calls(), messages)));
      }
      return outcome;
    } catch (ChordException e) {
      messages.removeLast();
      throw e;
    }
  }

  /** What several answers to a question are made of; nothing of them is kept. */
  SeveralAnswers.Question question(String question) {
    List<Message> asking = new ArrayList<>(messages);
    asking.add(new Message(Role.USER, question));
    ChatCompletionRequest asked = request.with(asking, answers.params().get());
    int[] prompt = format.encode(asked.chat());
    return new SeveralAnswers.Question(
        prompt, asked.options(format, prompt), out -> printer(asked, prompt, out));
  }

  private AnswerPrinter printer(ChatCompletionRequest asked, int[] prompt, PrintWriter out) {
    boolean plain = format.reasoning() == null && asked.chat().tools().isEmpty();
    return plain
        ? new AnswerPrinter(out, answers.tokenizer())
        : new AnswerPrinter(
            out,
            answers.tokenizer(),
            options.reasoning(),
            TerminalLines.styled(),
            listener -> format.reader(asked.chat(), prompt, asked.splitsReasoning(), listener));
  }

  /**
   * Gives the model what a tool that it called has answered; it goes on after the last one.
   *
   * @return how it went on, or null where it waits for further calls' answers
   * @throws InvalidRequestException when it waits for none
   */
  Answers.@Nullable Outcome answerCall(String result) {
    Message answer = ToolCallHistory.answer(messages, result);
    if (answer == null) {
      throw new InvalidRequestException("/tool answers a call, and the model waits for none");
    }
    if (ToolCallHistory.waiting(messages) > 1) {
      messages.add(answer);
      return null;
    }
    return say(answer);
  }

  /**
   * Answers the last question anew.
   *
   * @throws InvalidRequestException when nothing was asked yet
   */
  Answers.Outcome again() {
    int last = messages.size() - 1;
    while (last >= 0 && !messages.get(last).role().equals(Role.USER)) {
      last--;
    }
    if (last < 0) {
      throw new InvalidRequestException("/retry answers the last question anew, and there is none");
    }
    List<Message> before = messages;
    messages = new ArrayList<>(before.subList(0, last));
    try {
      Answers.Outcome outcome = say(before.get(last));
      if (outcome.interrupted() && messages.size() == last) {
        messages = before;
      }
      return outcome;
    } catch (ChordException e) {
      messages = before;
      throw e;
    }
  }

  /** Begins again. */
  void restart() {
    messages = options.opening();
  }

  /** The instructions that the conversation begins with, or an empty text. */
  String system() {
    return messages.isEmpty() || !messages.getFirst().role().equals(Role.SYSTEM)
        ? ""
        : messages.getFirst().content();
  }

  /** Sets the instructions of this conversation and those that begin after it. */
  void system(String text) {
    if (!system().isEmpty()) {
      messages.removeFirst();
    }
    options.system(text);
    messages.addAll(0, options.opening());
  }
}
