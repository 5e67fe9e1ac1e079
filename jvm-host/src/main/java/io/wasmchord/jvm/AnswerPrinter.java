package io.wasmchord.jvm;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ReasoningFormat;
import io.wasmchord.chat.ReasoningSplitter;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.TokenListener;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints one answer as it comes, and remembers it. */
final class AnswerPrinter implements TokenListener, AnswerListener {
  /** What happens to reasoning. */
  enum Reasoning {
    /** Printed apart from the answer. */
    SHOW,
    /** Left out. */
    HIDE,
    /** Printed as the model wrote it. */
    RAW
  }

  private static final String DIM = "\u001B[2m";
  private static final String NORMAL = "\u001B[0m";

  private final PrintWriter out;
  private final Tokenizer tokenizer;
  private final boolean styled;
  private final Reasoning mode;
  private final @Nullable ReasoningSplitter splitter;
  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder answer = new StringBuilder();
  private boolean apart; // reasoning is being printed

  /** Prints all text, and tokens that are markers by their names. */
  AnswerPrinter(PrintWriter out, Tokenizer tokenizer) {
    this.out = out;
    this.tokenizer = tokenizer;
    this.styled = false;
    this.mode = Reasoning.RAW;
    this.splitter = null;
  }

  /**
   * Prints an answer to {@code prompt}.
   *
   * @param styled whether {@code out} is a terminal that can print dimly
   */
  AnswerPrinter(
      PrintWriter out,
      Tokenizer tokenizer,
      ReasoningFormat format,
      int[] prompt,
      Reasoning mode,
      boolean styled) {
    this.out = out;
    this.tokenizer = tokenizer;
    this.styled = styled;
    this.mode = mode;
    this.splitter = new ReasoningSplitter(format, format.openAfter(prompt, tokenizer), this);
  }

  @Override
  public boolean onText(String text) {
    if (mode == Reasoning.RAW) {
      print(text);
    }
    return splitter == null ? onAnswer(text) : splitter.onText(text);
  }

  @Override
  public boolean onMark(int id) {
    if (mode == Reasoning.RAW) {
      print(tokenizer.piece(id));
    }
    return splitter == null || splitter.onMark(id);
  }

  @Override
  public boolean onReasoning(String text) {
    reasoning.append(text);
    if (mode == Reasoning.SHOW) {
      if (!apart) {
        apart = true;
        print(styled ? DIM : "[thinking]\n");
      }
      print(text);
    }
    return !out.checkError();
  }

  @Override
  public boolean onAnswer(String text) {
    answer.append(text);
    if (mode != Reasoning.RAW) {
      leaveReasoning(styled ? "\n\n" : "\n[answer]\n");
      print(text);
    }
    return !out.checkError();
  }

  private void leaveReasoning(String between) {
    if (apart) {
      apart = false;
      print((styled ? NORMAL : "") + between);
    }
  }

  /** Ends the answer and its line; {@code note} says why it is not whole, or is empty. */
  void end(String note) {
    if (splitter != null) {
      splitter.end();
    }
    leaveReasoning("");
    print(note + System.lineSeparator());
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }

  /** Whether anything of the answer itself has come. */
  boolean answered() {
    return !answer.isEmpty();
  }

  /** The answer as a turn of the conversation; its reasoning is for the template. */
  Message message() {
    Map<String, Value> extra =
        reasoning.isEmpty()
            ? Map.of()
            : Map.of("reasoning_content", Value.of(reasoning.toString()));
    return new Message(Role.ASSISTANT, answer.toString(), extra);
  }
}
