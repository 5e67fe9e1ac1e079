package io.wasmchord.web;

import io.wasmchord.api.AdapterChoice;
import io.wasmchord.api.Answer;
import io.wasmchord.api.ChatAnswer;
import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.Choices;
import io.wasmchord.api.ClassificationRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.api.ToolCallIds;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.classification.Ranker;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.ModelFingerprint;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.sampling.LogitsProcessor;
import io.wasmchord.session.AnswerJournal;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model's requests. They are read at once, and begun in the order in which they came, as
 * soon as there are slots for them.
 */
final class Requests {
  private static final String TEXT = "completions.create";

  private final ModelHeader header;
  private final Slot any; // to read requests with
  private final PageSessions sessions;
  private final LinearAllocator allocator;
  private final PageAdapters adapters;
  private final ChatFormats formats;
  private final Scheduler scheduler;
  private @Nullable LinearMemory kept; // a journal that the worker brings

  /**
   * @param slots one or more
   */
  Requests(
      ModelHeader header,
      List<Slot> slots,
      PageSessions sessions,
      LinearAllocator allocator,
      PageAdapters adapters) {
    this.header = header;
    this.sessions = sessions;
    this.any = slots.getFirst();
    this.allocator = allocator;
    this.adapters = adapters;
    this.scheduler = new Scheduler(new Slots(slots));
    this.formats =
        new ChatFormats(header.file(), header.tokenizer(), () -> (long) Host.localSeconds());
  }

  /**
   * Takes a request; see {@link PageRequest}.
   *
   * @throws InvalidRequestException when it cannot be met
   */
  void take(int id, String json) {
    PageRequest page = PageRequest.parse(json);
    PageJournal journal = page.journaled() ? new PageJournal(allocator, fingerprint(), json) : null;
    switch (page.context().call()) {
      case PageRequest.CHAT -> answer(id, chat(page, null, journal));
      case TEXT -> answer(id, text(page, null, journal));
      case "embeddings.create" -> read(id, embed(page));
      case "rerank" -> read(id, rerank(page));
      case "classify" -> read(id, classify(page));
      default -> throw new InvalidRequestException("there is no call " + page.context().call());
    }
  }

  private long fingerprint() {
    return ModelFingerprint.of(header.file());
  }

  /** Address of a buffer for a journal; replaces the one given before. */
  int journalBuffer(int bytes) {
    dropJournal();
    LinearMemory taken = allocator.allocate(bytes);
    kept = taken;
    return taken.address();
  }

  private void dropJournal() {
    if (kept != null) {
      allocator.release(kept);
      kept = null;
    }
  }

  /**
   * Goes on with the answer whose journal lies in the buffer, which is given back.
   *
   * @param now see {@link PageRequest#resumed}
   * @param count bytes of the journal
   * @return {@code {length, request}}: how many of its bytes count, and what was asked
   */
  JsonObject resume(int id, int count, String now) {
    byte[] bytes = new byte[count];
    Objects.requireNonNull(kept).getBytes(0, bytes, 0, count);
    dropJournal();
    long fingerprint = fingerprint();
    AnswerJournal journal = AnswerJournal.read(bytes, fingerprint);
    PageRequest page = PageRequest.resumed(journal.notes(), now);
    PageJournal goesOn = new PageJournal(allocator, fingerprint, journal);
    switch (page.context().call()) {
      case PageRequest.CHAT -> answer(id, chat(page, journal.prompt(), goesOn));
      case TEXT -> answer(id, text(page, journal.prompt(), goesOn));
      default -> throw new InvalidRequestException("no call " + page.context().call() + " goes on");
    }
    return JsonObject.builder()
        .put("length", journal.length())
        .put("request", page.request())
        .build();
  }

  private void answer(int id, List<AnswerWork> works) {
    for (AnswerWork work : works) {
      work.answers().forEach(i -> scheduler.add(new Job.Answering(id, work, i)));
    }
  }

  private void read(int id, Function<Slot, Work> begin) {
    scheduler.add(new Job.Reading(id, begin));
  }

  /**
   * Chooses the request's adapters for a session, or what is chosen for all.
   *
   * @throws InvalidRequestException when one is not loaded, or the model takes none for one request
   */
  private Consumer<Session> adaptation(PageRequest page) {
    List<AdapterChoice> chosen = page.lora();
    if (chosen == null) {
      return Session::adaptDefault;
    }
    if (any.session() == null) {
      throw new InvalidRequestException(
          "an encoder's adapters are chosen for all requests, with setAdapters; leave out lora");
    }
    List<AdapterScale> adapted = adapters.chosen(chosen);
    return session -> session.adapt(adapted);
  }

  /**
   * @param begun the prompt of an answer that goes on, else null
   */
  private List<AnswerWork> chat(
      PageRequest page, int @Nullable [] begun, @Nullable PageJournal journal) {
    ChatCompletionRequest request = ChatCompletionRequest.of(page.request(), page.context());
    any.answering(); // refused before a template is looked for
    ChatFormat format = request.format(formats);
    int[] prompt = begun == null ? format.encode(request.chat()) : begun;
    return answers(
        page,
        List.of(prompt),
        journal,
        request.options(format, prompt),
        request.params(),
        i ->
            new ChatAnswer(
                page.head(header.name()).ofChoice(i),
                request.params(),
                new ToolCallIds(page.context().freshSeed() + i)),
        answer -> format.reader(request.chat(), prompt, request.splitsReasoning(), answer));
  }

  /** The same of a text; there may be several prompts. */
  private List<AnswerWork> text(
      PageRequest page, int @Nullable [] begun, @Nullable PageJournal journal) {
    CompletionRequest request = CompletionRequest.of(page.request(), page.context());
    any.answering();
    Tokenizer tokenizer = header.tokenizer();
    return answers(
        page,
        begun == null
            ? IntStream.range(0, request.prompts().size())
                .mapToObj(prompt -> request.tokens(tokenizer, prompt))
                .toList()
            : List.of(begun),
        journal,
        request.params().options(),
        request.params(),
        i -> request.answer(i, page.head(header.name()), tokenizer),
        answer -> AnswerReader.plain(tokenizer, answer));
  }

  private List<AnswerWork> answers(
      PageRequest page,
      List<int[]> prompts,
      @Nullable PageJournal journal,
      GenerationOptions options,
      GenerationParams params,
      IntFunction<Answer> each,
      Function<Answer, AnswerReader> reader) {
    Session own = page.session() == 0 ? null : sessions.get(page.session());
    if (own != null) {
      check(own, prompts, params);
    }
    Session answering = own == null ? any.answering() : own;
    prompts.forEach(answering::check);
    int number = params.answers();
    int wanted = prompts.size() * number;
    if (journal != null && wanted > 1) {
      throw new InvalidRequestException(
          "a journal keeps one answer, and this request wants "
              + wanted
              + "; leave out journal, n or the other prompts");
    }
    List<Answer> answers = IntStream.range(0, wanted).mapToObj(each).toList();
    Choices choices = new Choices(answers, params, page.loadMs());
    GenerationOptions all =
        page.processes() ? options.withProcessor(LogitsProcessor.LATER) : options;
    PromptProgress progress = new PromptProgress();
    Consumer<Session> adaptation = adaptation(page);
    List<AnswerWork> works = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int first = i * number;
      List<AnswerReader> readers =
          answers.subList(first, first + number).stream().map(reader).toList();
      works.add(
          new AnswerWork(
              prompts.get(i),
              all,
              readers,
              choices,
              first,
              progress,
              own,
              adaptation,
              journal,
              allocator));
    }
    return works;
  }

  private static void check(Session own, List<int[]> prompts, GenerationParams params) {
    int[] prompt = prompts.getFirst();
    if (prompt.length >= own.contextLength()) {
      throw new ContextOverflowException(prompt.length, own.contextLength());
    }
    if (params.answers() > 1) {
      throw new InvalidRequestException(
          "a session takes one answer, not n: " + params.answers() + "; clone it for others");
    }
    if (prompts.size() > 1) {
      throw new InvalidRequestException(
          "a session takes one prompt, not " + prompts.size() + "; clone it for others");
    }
  }

  private Function<Slot, Work> embed(PageRequest page) {
    EmbeddingRequest request = EmbeddingRequest.of(page.request(), page.context());
    return reading(page, slot -> new EmbeddingWork(header, slot.embedder(), allocator, request));
  }

  private Function<Slot, Work> rerank(PageRequest page) {
    RerankRequest request = RerankRequest.of(page.request(), page.context());
    return reading(
        page,
        slot -> {
          Ranker ranker = Ranker.of(header.file().metadata(), header.tokenizer(), slot.embedder());
          return new RerankWork(header.name(), ranker, request);
        });
  }

  private Function<Slot, Work> classify(PageRequest page) {
    ClassificationRequest request = ClassificationRequest.of(page.request(), page.context());
    return reading(
        page,
        slot -> new ClassificationWork(header.name(), TextClassifier.of(slot.embedder()), request));
  }

  private Function<Slot, Work> reading(PageRequest page, Function<Slot, Work> work) {
    Consumer<Session> adaptation = adaptation(page);
    return slot -> {
      if (slot.session() != null) {
        adaptation.accept(slot.session());
      }
      return work.apply(slot);
    };
  }

  /** See {@link Scheduler#processed}. */
  void processed(int id, int answer) {
    scheduler.processed(id, answer);
  }

  /** See {@link Scheduler#step}. */
  JsonObject step() {
    return scheduler.step();
  }

  /** Ends a request, if it has not ended, and gives back what it holds. */
  void end(int id) {
    scheduler.end(id);
  }
}
