package io.wasmchord.cli.chat;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenListener;
import io.wasmchord.session.TokenScore;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Prints one answer as it comes, and remembers it. */
public final class AnswerPrinter implements TokenListener, AnswerListener {
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

  /** Within JSON they stand between its parts only. */
  private static final Pattern BREAKS = Pattern.compile("\\s*[\\r\\n]\\s*");

  private final PrintWriter out;
  private final Tokenizer tokenizer;
  private final boolean styled;
  private final Reasoning mode;
  private final AnswerReader reader;
  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder answer = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<TokenScore> scores = new ArrayList<>();
  private boolean apart; // reasoning is being printed
  private boolean called; // a call was printed last
  private boolean lineBegun;

  /** Prints all text, and tokens that are markers by their names. */
  AnswerPrinter(PrintWriter out, Tokenizer tokenizer) {
    this(out, tokenizer, Reasoning.RAW, false, listener -> AnswerReader.plain(tokenizer, listener));
  }

  /**
   * Prints what {@code reader} reads.
   *
   * @param styled whether {@code out} is a terminal that can print dimly
   * @param reader makes what reads the answer, for whoever listens to it
   */
  AnswerPrinter(
      PrintWriter out,
      Tokenizer tokenizer,
      Reasoning mode,
      boolean styled,
      Function<AnswerListener, AnswerReader> reader) {
    this.out = out;
    this.tokenizer = tokenizer;
    this.mode = mode;
    this.styled = styled;
    this.reader = reader.apply(this);
  }

  @Override
  public boolean onText(String text) {
    if (mode == Reasoning.RAW) {
      print(text);
    }
    return reader.onText(text);
  }

  @Override
  public boolean onMark(int id) {
    if (mode == Reasoning.RAW) {
      print(tokenizer.piece(id));
    }
    return reader.onMark(id);
  }

  @Override
  public void onScore(TokenScore score) {
    scores.add(score);
  }

  @Override
  public void onPrompt(List<TokenScore> prompt) {
    scores.addAll(prompt);
  }

  @Override
  public boolean onReasoning(String text) {
    reasoning.append(text);
    if (mode == Reasoning.SHOW) {
      if (!apart) {
        apart = true;
        print((lineBegun ? "\n" : "") + (styled ? DIM : "[thinking]\n"));
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
      print((called ? "\n" : "") + text);
      called = false;
    }
    return !out.checkError();
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String written) {
    calls.addAll(found);
    if (mode != Reasoning.RAW) {
      leaveReasoning(styled ? "\n\n" : "\n");
      for (ToolCall call : found) {
        String arguments = BREAKS.matcher(call.arguments()).replaceAll(" ");
        print((lineBegun ? "\n" : "") + "[call] " + call.name() + " " + arguments);
      }
      called = true;
    }
    return !out.checkError();
  }

  private void leaveReasoning(String between) {
    if (apart) {
      apart = false;
      print((styled ? NORMAL : "") + between);
    }
  }

  /**
   * Ends the answer and its line, and prints how likely it was if that was told; {@code note} says
   * why it is not whole, or is empty.
   */
  void end(String note) {
    reader.end();
    leaveReasoning("");
    print(note + System.lineSeparator());
    LogprobOptions.print(out, scores);
  }

  private void print(String text) {
    lineBegun = text.isEmpty() ? lineBegun : !text.endsWith("\n");
    out.print(text);
    out.flush();
  }

  /** Whether anything of the answer itself has come. */
  boolean answered() {
    return !answer.isEmpty() || !calls.isEmpty();
  }

  /** The tools that the answer calls. */
  List<ToolCall> calls() {
    return List.copyOf(calls);
  }

  /**
   * The answer as a turn of the conversation; its reasoning is for the template.
   *
   * @param toolCalls its calls, with what names them
   */
  Message message(List<JsonObject> toolCalls) {
    JsonObject.Builder extra = JsonObject.builder();
    if (!reasoning.isEmpty()) {
      extra.put("reasoning_content", reasoning.toString());
    }
    if (!toolCalls.isEmpty()) {
      extra.put("tool_calls", JsonValue.of(toolCalls));
    }
    return new Message(Role.ASSISTANT, answer.toString(), extra.build());
  }
}
