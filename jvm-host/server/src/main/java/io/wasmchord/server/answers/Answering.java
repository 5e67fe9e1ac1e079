package io.wasmchord.server.answers;

import io.wasmchord.api.AnswerHead;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.slots.Slots;
import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.metrics.Metrics;
import io.wasmchord.server.models.ModelShelf;
import io.wasmchord.server.models.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers requests with the models of a shelf, each in a slot. For any number of threads. */
public final class Answering {
  private final ModelShelf shelf;
  private final Metrics metrics;
  private final int mostTokens;
  private final int mostAnswers;

  /**
   * @param mostTokens of an answer
   * @param mostAnswers to one request
   */
  public Answering(ModelShelf shelf, Metrics metrics, int mostTokens, int mostAnswers) {
    this.shelf = shelf;
    this.metrics = metrics;
    this.mostTokens = mostTokens;
    this.mostAnswers = mostAnswers;
  }

  /**
   * What a request wants, within what the server gives.
   *
   * @throws ApiError when it wants more answers than it gives
   */
  public GenerationParams within(GenerationParams params) {
    if (params.answers() > mostAnswers) {
      throw ApiError.invalid(
          "too_many_answers",
          "n",
          "n is " + params.answers() + "; this server gives up to " + mostAnswers + " answers");
    }
    return params.withMaxTokens(Math.min(params.maxTokens(), mostTokens));
  }

  /** The same of a request that has one answer. */
  public GenerationParams withinOne(GenerationParams params) {
    if (params.answers() > 1) {
      throw ApiError.invalid("invalid_request", "n", "n is not known here; ask once for each");
    }
    return within(params);
  }

  /** Something that is done with a model, in one of its slots. */
  @FunctionalInterface
  public interface Work<T> {
    T run(ServedModel model, RunControl control);
  }

  /**
   * Does something in a slot of a model.
   *
   * @param asked what the request calls the model, or null for the first one
   */
  public <T> T inSlot(Call call, @Nullable String asked, Work<T> work) {
    return withModel(
        call,
        asked,
        (model, control) -> {
          try (Slots.Seat _ = model.slots().take(new int[0], control)) {
            return work.run(model, control);
          }
        });
  }

  /**
   * Does something with a model that needs no slot.
   *
   * @param asked what the request calls the model, or null for the first one
   */
  public <T> T withModel(Call call, @Nullable String asked, Work<T> work) {
    List<T> made = new ArrayList<>(1);
    use(call, asked, (model, control) -> made.add(work.run(model, control)));
    return made.getFirst();
  }

  private void use(Call call, @Nullable String asked, BiConsumer<ServedModel, RunControl> work) {
    RunControl control = call.control();
    try (ModelShelf.Lease lease = shelf.lease(asked, control)) {
      work.accept(lease.model(), control);
    } catch (CancelledException e) {
      throw call.cut(e);
    }
  }

  /**
   * Answers a question, and sends the answer.
   *
   * @param asked what the request calls the model, or null for the first one
   * @param ask makes the question for the model
   */
  public void answer(
      Call call, @Nullable String asked, Function<ServedModel, Question> ask, AnswerShape shape) {
    use(
        call,
        asked,
        (model, control) -> {
          model
              .model()
              .model()
              .config()
              .requireDecoder(); // refused before a template is looked for
          Question question = ask.apply(model);
          checkLength(question.prompt().length, model.model().contextLength());
          try (Slots.Seat seat = model.slots().take(question.prompt(), control)) {
            new Run(call, model, seat, question, shape, metrics).run(control);
          }
        });
  }

  /**
   * Continues several texts, or one several times, and sends the answers.
   *
   * @param head of the answers of a model
   */
  public void complete(
      Call call,
      CompletionRequest request,
      Function<ServedModel, AnswerHead> head,
      Adapted adapted) {
    use(
        call,
        request.params().model(),
        (model, control) -> {
          model.model().model().config().requireDecoder();
          int[] first = request.tokens(model.model().tokenizer(), 0);
          try (Slots.Seat seat = model.slots().take(first, control)) {
            new SeveralTexts(call, model, request, metrics)
                .run(
                    seat.session(first, adapted.of(model)),
                    adapted.of(model),
                    mostAnswers,
                    head.apply(model),
                    control);
          }
        });
  }

  private static void checkLength(int prompt, int context) {
    if (prompt >= context) {
      throw ApiError.invalid(
          "context_length_exceeded",
          "messages",
          "the prompt has "
              + prompt
              + " tokens, and the context of "
              + context
              + " has no room for it and an answer; shorten it, or start the server with a longer"
              + " --context");
    }
  }
}
