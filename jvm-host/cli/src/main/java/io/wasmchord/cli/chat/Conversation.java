package io.wasmchord.cli.chat;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A chat in the terminal: what has been said, and how the model is asked for what comes next. */
public final class Conversation {
  private static final String TOOL = "/tool";

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

  /** Gives the model what a tool that it called has answered; it goes on after the last one. */
  private void answerCall(String result) {
    Message answer = ToolCallHistory.answer(messages, result);
    if (answer == null) {
      throw new InvalidRequestException("/tool answers a call, and the model waits for none");
    }
    if (ToolCallHistory.waiting(messages) > 1) {
      messages.add(answer);
    } else {
      say(answer);
    }
  }

  /** Answers line by line until {@code /exit} or the end. */
  void run(LineInput lines, PrintWriter err) throws IOException {
    String line = lines.read();
    while (line != null && !line.strip().equals("/exit")) {
      if (line.strip().equals("/new")) {
        messages = options.opening();
      } else if (!line.isBlank()) {
        take(line, lines, err);
      }
      line = lines.read();
    }
  }

  private void take(String line, LineInput lines, PrintWriter err) {
    try {
      if (line.strip().equals(TOOL) || line.startsWith(TOOL + " ")) {
        answerCall(line.substring(line.indexOf(TOOL) + TOOL.length()).strip());
      } else {
        ask(line);
      }
    } catch (ChordException e) {
      if (!lines.interactive()) {
        throw e;
      }
      err.println("chord: " + e.getMessage());
      err.flush();
    }
  }
}
