package io.wasmchord.jvm;

import io.wasmchord.ChordException;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ReasoningFormat;
import io.wasmchord.session.GenerationOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** A chat in the terminal: what has been said, and how the model is asked for what comes next. */
final class Conversation {
  private final ChatOptions options;
  private final ChatFormat format;
  private final ChatRequest request; // without messages
  private final Answers answers;
  private List<Message> messages;

  Conversation(ChatOptions options, ChatFormat format, Answers answers) {
    this.options = options;
    this.format = format;
    this.request = options.request();
    this.answers = answers;
    this.messages = options.opening();
  }

  /**
   * The answer to {@code question}; both are kept, unless it was interrupted before it began.
   *
   * @return how it went
   */
  Answers.Outcome ask(String question) {
    messages.add(new Message(Role.USER, question));
    try {
      int[] prompt = format.encode(request.withMessages(messages));
      AnswerPrinter printer = printer(prompt);
      GenerationOptions limits = answers.limits(format);
      Answers.Outcome outcome = answers.generate(prompt, limits, printer);
      if (outcome.interrupted() && !printer.answered()) {
        messages.removeLast();
      } else {
        messages.add(printer.message());
      }
      return outcome;
    } catch (ChordException e) {
      messages.removeLast();
      throw e;
    }
  }

  private AnswerPrinter printer(int[] prompt) {
    ReasoningFormat reasoning = format.reasoning();
    return reasoning == null
        ? new AnswerPrinter(answers.out(), answers.tokenizer())
        : new AnswerPrinter(
            answers.out(),
            answers.tokenizer(),
            reasoning,
            prompt,
            options.reasoning(),
            TerminalLines.styled());
  }

  /** Answers line by line until {@code /exit} or the end. */
  void run(LineInput lines, PrintWriter err) throws IOException {
    String line = lines.read();
    while (line != null && !line.strip().equals("/exit")) {
      if (line.strip().equals("/new")) {
        messages = options.opening();
      } else if (!line.isBlank()) {
        answer(line, lines, err);
      }
      line = lines.read();
    }
  }

  private void answer(String question, LineInput lines, PrintWriter err) {
    try {
      ask(question);
    } catch (ChordException e) {
      if (!lines.interactive()) {
        throw e;
      }
      err.println("chord: " + e.getMessage());
      err.flush();
    }
  }
}
