package io.wasmchord.cli.chat;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.cli.terminal.LineInput;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates answers that can be interrupted; the session stays usable.
 *
 * @param sampling asked for each answer
 */
public record Answers(
    Session session,
    Tokenizer tokenizer,
    PrintWriter out,
    LineInput input,
    int maxTokens,
    Supplier<SamplerOptions> sampling) {

  /**
   * @param result what was generated, or null if it was interrupted
   */
  record Outcome(@Nullable GenerationResult result) {
    boolean interrupted() {
      return result == null;
    }
  }

  /** Options for the answer to {@code request} in {@code format}. */
  GenerationOptions limits(ChatFormat format, ChatRequest request) {
    return format.options(request, maxTokens, List.of(), sampling.get(), false);
  }

  /** Options for the continuation of a text. */
  GenerationOptions limits() {
    return new GenerationOptions(maxTokens, List.of(), sampling.get());
  }

  /** Generates what {@code printer} prints, to its end or until it is interrupted. */
  Outcome generate(int[] prompt, GenerationOptions options, AnswerPrinter printer) {
    Generation generation = session.start(prompt, options);
    Step step = new Step(generation, printer);
    input.during(step);
    printer.end(step.more ? " [interrupted]" : "");
    return new Outcome(step.more ? null : generation.result());
  }

  private static final class Step implements LineInput.Answer {
    private final Generation generation;
    private final AnswerPrinter printer;
    private boolean more = true;

    Step(Generation generation, AnswerPrinter printer) {
      this.generation = generation;
      this.printer = printer;
    }

    @Override
    public void run(BooleanSupplier interrupted) {
      while (more && !interrupted.getAsBoolean()) {
        more = generation.step(printer);
      }
    }
  }
}
