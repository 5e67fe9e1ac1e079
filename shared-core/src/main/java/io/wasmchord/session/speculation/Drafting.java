package io.wasmchord.session.speculation;

import io.wasmchord.backend.KvCache;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.Clock;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/** What can propose tokens for the answers of one session. */
public final class Drafting implements AutoCloseable {
  private final Model model;
  private final Tokenizer tokenizer;
  private final Clock clock;
  private final @Nullable Draft offered;
  private final @Nullable DraftModel draft;
  private final @Nullable HeadDrafter head;
  private final Cost cost = new Cost(); // of all answers
  private final boolean back; // whether tokens can be taken back

  /**
   * @param model whose answers they are
   * @param draft a smaller model, or null
   * @param contextLength the session's longest sequence
   * @param options how the smaller model's past is kept
   */
  public Drafting(
      Model model,
      Tokenizer tokenizer,
      Clock clock,
      @Nullable Draft draft,
      int contextLength,
      CacheOptions options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.offered = draft;
    this.back = !model.config().recurrent() || options.checkpoints() > 0;
    boolean own = draft != null && draft.head();
    this.draft = draft == null || own ? null : new DraftModel(draft, contextLength, options);
    this.head = draft == null || !own ? null : new HeadDrafter(draft, contextLength, options);
  }

  /**
   * The proposals of an answer. There are none where tokens cannot be taken back, for recurrent
   * layers whose states are not copied, nor of a smaller model where an encoder takes the prompt.
   *
   * @param prompt where an encoder takes it; else empty, and it is what the sequence begins with
   * @param begun tokens of the sequence before the answer
   * @param cache of the sequence
   * @throws InvalidRequestException when a smaller model is to propose, and there is none
   */
  public Speculation start(SpeculationOptions options, int[] prompt, int begun, KvCache cache) {
    if (head != null) {
      model.watch(cache, options.kind() == SpeculationOptions.Kind.DRAFT ? head : null);
    }
    Drafter drafter =
        switch (options.kind()) {
          case OFF -> Drafter.NONE;
          case LOOKUP -> {
            int[] predicted = tokenizer.encode(options.prediction(), false, false);
            yield predicted.length > 0
                ? PromptLookup.predicted(options.ngram(), predicted, begun)
                : new PromptLookup(options.ngram(), prompt);
          }
          case DRAFT -> drafter();
        };
    boolean apart = drafter == draft && model.config().stacks().decodes();
    return new Speculation(
        back && !apart ? drafter : Drafter.NONE,
        new Pace(cost, model.config().recurrent()),
        clock,
        model.config().vocabulary(),
        options.tokens());
  }

  /** The smaller model, or null. */
  public @Nullable Draft offered() {
    return offered;
  }

  private Drafter drafter() {
    if (head != null) {
      return head;
    }
    if (draft == null) {
      throw new InvalidRequestException(
          "speculation is 'draft', and this session has no draft model; choose 'lookup'");
    }
    return draft;
  }

  /** Gives back what a smaller model keeps of the sequence. */
  @Override
  public void close() {
    if (draft != null) {
      draft.close();
    }
    if (head != null) {
      head.close();
    }
  }
}
