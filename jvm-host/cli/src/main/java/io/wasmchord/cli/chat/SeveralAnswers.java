package io.wasmchord.cli.chat;

import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationBatch;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Several answers to one prompt, generated together; each is printed when it and those before it
 * have ended.
 */
final class SeveralAnswers implements LineInput.Answer {
  private static final int MOST = 128;

  /**
   * What is asked.
   *
   * @param options of the first answer
   * @param printers makes what prints an answer
   */
  record Question(
      int[] prompt, GenerationOptions options, Function<PrintWriter, AnswerPrinter> printers) {}

  /** An answer in the making. */
  private record Each(
      Session session, Generation generation, AnswerPrinter printer, StringWriter text) {}

  private final Question question;
  private final PrintWriter out;
  private final GenerationBatch batch = new GenerationBatch();
  private final List<Each> answers = new ArrayList<>();
  private int printed;

  private SeveralAnswers(Question question, PrintWriter out) {
    this.question = question;
    this.out = out;
  }

  static void check(int count) {
    if (count < 1 || count > MOST) {
      throw new InvalidRequestException("--answers is " + count + "; it is from 1 to " + MOST);
    }
  }

  /** The answers' results; none if they were interrupted. */
  static List<GenerationResult> print(
      LoadedModel loaded, Question question, int count, PrintWriter out, LineInput input) {
    SeveralAnswers several = new SeveralAnswers(question, out);
    try {
      several.start(loaded, count);
      input.during(several);
      return several.batch.size() > 0
          ? List.of()
          : several.answers.stream().map(each -> each.generation.result()).toList();
    } finally {
      several.answers.forEach(each -> each.session.close());
    }
  }

  /** The first computes the prompt, and the others begin with a copy. */
  private void start(LoadedModel loaded, int count) {
    add(loaded, 0);
    Generation first = answers.getFirst().generation;
    first.keepLastApart(count > 1);
    while (!first.promptComputed()) {
      batch.step(RunControl.NONE);
    }
    for (int i = 1; i < count; i++) {
      add(loaded, i);
    }
  }

  private void add(LoadedModel loaded, int number) {
    long most = (long) question.prompt.length + question.options.maxTokens();
    int context = (int) Math.min(loaded.contextLength(), most);
    Session session = loaded.session(context);
    StringWriter text = new StringWriter();
    AnswerPrinter printer = question.printers.apply(new PrintWriter(text));
    if (number > 0) {
      session.takeOver(answers.getFirst().session, question.prompt);
    }
    Generation generation = session.start(question.prompt, question.options.ofAnswer(number));
    answers.add(new Each(session, generation, printer, text));
    batch.add(generation, printer);
  }

  @Override
  public void run(BooleanSupplier interrupted) {
    List<Generation> ended = new ArrayList<>();
    while (batch.size() > 0 && !interrupted.getAsBoolean()) {
      for (GenerationBatch.Outcome outcome : batch.step(RunControl.NONE)) {
        if (outcome instanceof GenerationBatch.Outcome.Failed(_, var cause)) {
          throw cause;
        }
        if (outcome instanceof GenerationBatch.Outcome.Ended) {
          ended.add(outcome.generation());
        }
      }
      while (printed < answers.size() && ended.contains(answers.get(printed).generation)) {
        print("");
      }
    }
    while (printed < answers.size()) {
      print(" [interrupted]");
    }
  }

  private void print(String note) {
    Each each = answers.get(printed);
    each.printer.end(note);
    printed++;
    out.println("[answer " + printed + "]");
    out.print(each.text);
    out.flush();
  }
}
