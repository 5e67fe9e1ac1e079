package io.wasmchord.cli.chat;

import io.wasmchord.api.GenerationParams;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates answers that can be interrupted; the session stays usable.
 *
 * @param start begins an answer
 * @param params asked for each answer
 */
public record Answers(
    Start start,
    Tokenizer tokenizer,
    PrintWriter out,
    LineInput input,
    Supplier<GenerationParams> params) {

  /** How an answer begins. */
  interface Start {
    JournalFile.Begun begin(int[] prompt, GenerationOptions options);
  }

  /**
   * @param result what was generated, or null if it was interrupted
   */
  record Outcome(@Nullable GenerationResult result) {
    boolean interrupted() {
      return result == null;
    }
  }

  /** Generates what {@code printer} prints, to its end or until it is interrupted. */
  Outcome generate(int[] prompt, GenerationOptions options, AnswerPrinter printer) {
    try (JournalFile.Begun answer = start.begin(prompt, options)) {
      Step step = new Step(answer, printer);
      input.during(step);
      printer.end(step.more ? " [interrupted]" : "");
      return new Outcome(step.more ? null : answer.generation().result());
    }
  }

  private static final class Step implements LineInput.Answer {
    private final JournalFile.Begun answer;
    private final AnswerPrinter printer;
    private boolean more = true;

    Step(JournalFile.Begun answer, AnswerPrinter printer) {
      this.answer = answer;
      this.printer = printer;
    }

    @Override
    public void run(BooleanSupplier interrupted) {
      while (more && !interrupted.getAsBoolean()) {
        more = answer.step(printer);
      }
    }
  }
}
